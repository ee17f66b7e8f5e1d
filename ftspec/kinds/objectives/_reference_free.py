"""TRL's preference trainers without a reference: ORPO, CPO and SimPO, on rows that ftspec has tokenized."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from ftspec.kinds.objectives import Example, Job, Objective
from ftspec.kinds.objectives._feeding import IGNORED
from ftspec.kinds.objectives._pairs import built, pair_columns
from ftspec.kinds.objectives._tokens import virtual_tokens
from ftspec.spec.data import Format

if TYPE_CHECKING:
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


def reference_free_trainer(trainer: Any, arguments: Any, job: Job) -> Trainer:
    """One of the trainers, ready to start."""
    return built(_untokenizing(trainer), arguments, job)


@cache
def _untokenizing(trainer: Any) -> Any:
    class Untokenizing(trainer):  # type: ignore[misc]
        def tokenize_row(self, feature: Any, model: Any = None) -> dict[str, Any]:
            return {}

        def concatenated_forward(self, model: Any, batch: Any) -> Any:
            ahead = virtual_tokens(self.accelerator.unwrap_model(model))
            return super().concatenated_forward(_without(ahead, model) if ahead else model, batch)

    return Untokenizing


def _without(ahead: int, model: Any) -> Callable[..., Any]:
    """The model without what it says of virtual tokens: they stand before each row, and TRL has no labels for them."""

    def forward(*args: Any, **given: Any) -> Any:
        output = model(*args, **given)
        output.logits = output.logits[:, ahead:]
        return output

    return forward
