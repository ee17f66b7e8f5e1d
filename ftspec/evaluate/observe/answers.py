"""Generated answers, and how long their batches took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ftspec.evaluate.generate import Batch, generate
from ftspec.evaluate.observe.answered import before
from ftspec.evaluate.observe.request import Request
from ftspec.kinds.metrics import Answer, Need, Observation, Timing

if TYPE_CHECKING:
    from ftspec.data import Row
    from ftspec.evaluate.subjects import Subject


def observe(subject: Subject, request: Request) -> Mapping[Need, Sequence[Observation]]:
    """An `Answer` for every row, and a `Timing` for every batch. Greedy."""
    from ftspec.data import expected, prompts

    written, batches = generate(
        subject,
        prompts(request.rows, subject.tokenizer),
        request.generation.max_new_tokens,
        request.generation.batch_tokens,
        request.progress,
    )
    texts = subject.tokenizer.decode_batch([each.ids for each in written])
    answers = [
        Answer(row.item, prompt_text(row), expected(row), text, each.finished, request.group(row))
        for row, text, each in zip(request.rows, texts, written, strict=True)
    ]
    return {Need.ANSWERS: answers, Need.BATCH_TIMINGS: [_timing(number, batch) for number, batch in enumerate(batches)]}


def prompt_text(row: Row) -> str:
    """What stands before the answer, for people."""
    return "\n\n".join(turn.text for turn in before(row))


def _timing(number: int, batch: Batch) -> Timing:
    return Timing(f"batch {number}", batch.seconds, batch.new_tokens, answers=len(batch.places))
