"""TRL's preference trainers without a reference: ORPO, CPO and SimPO, on rows that ftspec has tokenized."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from ftspec.kinds.objectives import Example, Job, Objective
from ftspec.kinds.objectives._feeding import IGNORED
from ftspec.kinds.objectives._pairs import built, pair_columns
from ftspec.kinds.objectives._sampling import known_to
from ftspec.spec.data import Format

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import Trainer


class ReferenceFree(Objective):
    """Learns from pairs of answers, each of which it reads once a step."""

    formats: ClassVar[frozenset[Format]] = frozenset({"preference"})
    sequences: ClassVar[int] = 2

    def columns(self, examples: Sequence[Example]) -> dict[str, list[Any]]:
        """Ids, masks and labels of both sequences, by the names of TRL's `DPODataCollatorWithPadding`.

        The texts are empty: the trainers look for them before they tokenize, which is done here.
        """
        pairs = pair_columns(examples)
        made: dict[str, list[Any]] = {name: [""] * len(examples) for name in ("prompt", "chosen", "rejected")}
        made["prompt_input_ids"] = pairs["prompt_ids"]
        made["prompt_attention_mask"] = [[1] * len(prompt) for prompt in pairs["prompt_ids"]]
        for side in ("chosen", "rejected"):
            rows = list(zip(pairs["prompt_ids"], pairs[f"{side}_ids"], strict=True))
            made[f"{side}_input_ids"] = [prompt + answer for prompt, answer in rows]
            made[f"{side}_attention_mask"] = [[1] * len(prompt + answer) for prompt, answer in rows]
            made[f"{side}_labels"] = [[IGNORED] * len(prompt) + answer for prompt, answer in rows]
        return made

    def lengths(self, columns: Mapping[str, list[Any]]) -> list[int]:
        """Both sequences of each pair."""
        rows = zip(columns["chosen_input_ids"], columns["rejected_input_ids"], strict=True)
        return [len(chosen) + len(rejected) for chosen, rejected in rows]


def reference_free_trainer(trainer: Any, arguments: Any, job: Job, *, answers_alone: bool = False) -> Trainer:
    """One of the trainers, ready to start; `answers_alone`: its loss reads nothing of what stands before an answer."""
    return built(_untokenizing(trainer, answers_alone), arguments, job)


@cache
def _untokenizing(trainer: Any, answers_alone: bool) -> Any:
    class Untokenizing(trainer):  # type: ignore[misc]
        width: int
        """Places of a batch whose logits are wanted: the last ones."""

        def tokenize_row(self, feature: Any, model: Any = None) -> dict[str, Any]:
            return {}

        def concatenated_inputs(self, batch: Any, **given: Any) -> Any:
            made = super().concatenated_inputs(batch, **given)
            labels = made["concatenated_labels"]
            self.width = labels.shape[1] - (_first(labels) if answers_alone else 0)
            return {**made, "concatenated_labels": labels[:, -self.width :]}

        def concatenated_forward(self, model: Any, batch: Any) -> Any:
            def ending(*args: Any, **given: Any) -> Any:
                return _ending(model, self.width, *args, **given)

            return super().concatenated_forward(ending, batch)

    return Untokenizing


def _first(labels: Tensor) -> int:
    """The place that predicts the first token with a label in any row of (rows, places)."""
    places = (labels != IGNORED).any(0).nonzero()
    return max(0, int(places[0]) - 1) if len(places) else 0


def _ending(model: Any, width: int, *args: Any, **given: Any) -> Any:
    """What a model says of the last `width` places.

    Prompts, most of the tokens, are not scored, nor are virtual tokens, which TRL has no labels for.
    """
    output = model(*args, **given, **known_to(getattr(model, "module", model), logits_to_keep=width))
    output.logits = output.logits[:, -width:]
    return output
