"""What the trainers that read rows one by one share: TRL's preference trainers, on rows that ftspec has tokenized."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ftspec.kinds.objectives import Encoded, Example, Job
from ftspec.kinds.objectives._feeding import given, keep_in_fp32, loader
from ftspec.kinds.objectives._order import MicroBatches, Order
from ftspec.kinds.objectives._ranks import share
from ftspec.kinds.objectives._scored import score_what_trains

if TYPE_CHECKING:
    from transformers import Trainer


def split(sequence: Encoded) -> tuple[list[int], list[int]]:
    """Prompt and answer of a sequence: the answer begins with the first token that trains."""
    start = next((place for place, trains in enumerate(sequence.trained) if trains), len(sequence.ids))
    return sequence.ids[:start], sequence.ids[start:]


def last_answer(sequence: Encoded) -> tuple[list[int], list[int]]:
    """All before the last stretch that trains, and this stretch: what a template writes after it is no answer."""
    end = _end(sequence)
    start = next((place + 1 for place in reversed(range(end)) if not sequence.trained[place]), 0)
    return sequence.ids[:start], sequence.ids[start:end]


def _end(sequence: Encoded) -> int:
    """Behind the last token that trains; behind all of them where none does."""
    places = reversed(range(len(sequence.ids)))
    return next((place + 1 for place in places if sequence.trained[place]), len(sequence.ids))


def pair_columns(examples: Sequence[Example]) -> dict[str, list[Any]]:
    """`prompt_ids`, `chosen_ids` and `rejected_ids`: where the prompts differ, what both share is the prompt."""
    columns: dict[str, list[Any]] = {"prompt_ids": [], "chosen_ids": [], "rejected_ids": []}
    for example in examples:
        (prompt, _), (other, _) = (split(each) for each in example.sequences)
        shared = next((i for i, (a, b) in enumerate(zip(prompt, other, strict=False)) if a != b), len(prompt))
        columns["prompt_ids"].append(prompt[:shared])
        for name, sequence in zip(("chosen_ids", "rejected_ids"), example.sequences, strict=True):
            columns[name].append(sequence.ids[shared : _end(sequence)])
    return columns


def pair_lengths(columns: Mapping[str, list[Any]]) -> list[int]:
    """Both sequences of each pair."""
    rows = zip(columns["prompt_ids"], columns["chosen_ids"], columns["rejected_ids"], strict=True)
    return [2 * len(prompt) + len(chosen) + len(rejected) for prompt, chosen, rejected in rows]


def built(trainer: Any, arguments: Any, job: Job, **more: Any) -> Trainer:
    """A trainer of TRL on rows that are tokenized, read in the order of the plan."""
    return in_order(as_tokenized(trainer)(**given(job, arguments), **more), job)


@cache
def as_tokenized(trainer: Any) -> Any:
    """The trainer, taking its rows as they are."""
    score_what_trains()

    class Tokenized(trainer):  # type: ignore[misc]
        def _prepare_dataset(self, dataset: Any, *_: Any, **__: Any) -> Any:
            return dataset

    return Tokenized


def in_order(trainer: Trainer, job: Job) -> Trainer:
    """Let a trainer read its rows in the order of the plan, and keep what trains in fp32."""
    made: Any = trainer
    step = job.step
    order = Order(job.lengths, step.batch_size, step.micro_batch_size, step.seed, level=False, shuffled=step.shuffled)

    def in_plan_order() -> Any:
        batches = MicroBatches(order, lambda: int(made.state.global_step) // order.steps_in_epoch, share())
        return loader(made.train_dataset, batches, made.data_collator)

    made.get_train_dataloader = in_plan_order
    keep_in_fp32(made.model)
    return trainer
