"""What objectives have in common that learn from the model's own answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from ftspec.kinds.methods import Unfit
from ftspec.kinds.objectives import Example, Objective
from ftspec.spec.data import Format

if TYPE_CHECKING:
    from ftspec.kinds.methods import Method
    from ftspec.plan.facts import ModelFacts
    from ftspec.plan.steps import Adaptation


class Online(Objective):
    """Learns from answers that the model itself draws to prompts; the rows' own answers are for metrics alone."""

    formats: ClassVar[frozenset[Format]] = frozenset({"prompt", "prompt_completion", "chat"})
    watches: ClassVar[bool] = False

    temperature: float = Field(default=1.0, gt=0)
    """At which answers are drawn."""

    max_new_tokens: int = Field(default=64, ge=1)
    """Where an answer is cut."""

    def adaptation(self, method: Method, facts: ModelFacts) -> Adaptation:
        """What the method trains. Raises `Unfit` for methods and models that do not draw many answers at once."""
        from ftspec.plan.heads import is_stateful  # a check needs none of the plan

        if is_stateful(facts):
            message = f"`{self.keyword()}` draws answers to many prompts at once, which {facts.architecture} cannot"
            raise Unfit(f"{message}: its state goes through what pads them", "learn from given answers, as by `dpo()`")
        if not method.packs:
            message = f"`{self.keyword()}` draws answers to many prompts at once, which `{method.keyword()}` cannot"
            raise Unfit(message, "use `lora()`, or another method that puts nothing before the rows")
        return method.adaptation(facts)

    def columns(self, examples: Sequence[Example]) -> dict[str, list[Any]]:
        """`prompt_ids` up to where the answer begins, and `answer_ids`, empty for rows that are prompts alone."""
        columns: dict[str, list[Any]] = {"prompt_ids": [], "answer_ids": []}
        for [sequence] in (example.sequences for example in examples):
            trained = [place for place, trains in enumerate(sequence.trained) if trains]
            start = trained[0] if trained else len(sequence.ids)
            columns["prompt_ids"].append(sequence.ids[:start])
            columns["answer_ids"].append([sequence.ids[place] for place in trained])
        return columns

    def lengths(self, columns: Mapping[str, list[Any]]) -> list[int]:
        """Prompt and longest answer."""
        return [len(ids) + self.max_new_tokens for ids in columns["prompt_ids"]]
