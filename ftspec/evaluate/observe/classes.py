"""The classes that a classifier puts rows in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from ftspec.evaluate.observe.request import Request
from ftspec.evaluate.reward import classes_of, is_multi_label, logits
from ftspec.kinds.labels import label_of
from ftspec.kinds.metrics import Answer, Choice, Need, NotComputable, Observation, Timing

if TYPE_CHECKING:
    from ftspec.data import Row
    from ftspec.evaluate.subjects import Subject

_WHOLE = 1 << 30
BETWEEN = ", "
"""What stands between the classes of a row that is in several."""


def observe(subject: Subject, request: Request) -> Mapping[Need, Sequence[Observation]]:
    """An `Answer` for every row, the name of its most likely class; where a row may be in several, of all likely ones.

    With them the `Choice` of every row, and one `Timing` for all of them.
    """
    names, several = classes_of(subject), is_multi_label(subject)
    began = perf_counter()
    scores = logits(subject, read(request.rows, subject), request.generation.batch_tokens, request.progress)
    seconds = perf_counter() - began
    answers = [
        Answer(
            row.item,
            row.content,
            _expected(row, names, several),
            _given(each, names, several),
            True,
            request.group(row),
            several=several,
        )
        for row, each in zip(request.rows, scores, strict=True)
    ]
    found: dict[Need, Sequence[Observation]] = {
        Need.ANSWERS: answers,
        Need.BATCH_TIMINGS: [Timing("batch 0", seconds, len(request.rows))],
    }
    if not several:
        pairs = zip(answers, scores, strict=True)
        found[Need.CHOICES] = [Choice(a.item, a.expected, names, tuple(each), a.group) for a, each in pairs]
    return found


def read(rows: Sequence[Row], subject: Subject) -> list[list[int]]:
    """The ids of each row before its answer, as in training."""
    from ftspec.data import encode

    encoded = encode(rows, subject.tokenizer, _WHOLE)
    ends = (next((at for at, trains in enumerate(each.trained) if trains), len(each.ids)) for each in encoded)
    return [each.ids[:end] for each, end in zip(encoded, ends, strict=True)]


def choices(subject: Subject, request: Request) -> Sequence[Observation]:
    """The `Choice` of every row. Raises `NotComputable` where a row may be in several classes."""
    found = observe(subject, request)
    if Need.CHOICES not in found:
        raise NotComputable("a row may be in several classes, and their probabilities do not sum to one")
    return found[Need.CHOICES]


def _given(scores: Sequence[float], names: Sequence[str], several: bool) -> str:
    if several:
        return BETWEEN.join(name for name, score in zip(names, scores, strict=True) if score > 0)
    return names[max(range(len(names)), key=lambda place: scores[place])]


def _expected(row: Row, names: Sequence[str], several: bool) -> str:
    if not several:
        return row.answer.strip()
    label = label_of(row.fields)
    said = (
        {str(each) for each in label} if isinstance(label, list) else {each.strip() for each in row.answer.split(",")}
    )
    return BETWEEN.join(name for name in names if name in said)
