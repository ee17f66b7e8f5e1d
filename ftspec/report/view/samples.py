"""A few rows as the model answers them, before and after training, beside what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ftspec.report.read import Sample
from ftspec.report.words import Compared, compare


@dataclass(frozen=True, slots=True)
class SampleView:
    """One row."""

    number: int
    item: str
    data: str
    prompt: str
    expected: str
    before: Compared | None
    after: Compared | None


def samples(found: Sequence[Sample]) -> tuple[SampleView, ...]:
    """The samples in the order they were kept."""
    return tuple(_sample(number, each) for number, each in enumerate(found, 1))


def _sample(number: int, sample: Sample) -> SampleView:
    return SampleView(
        number=number,
        item=sample.item,
        data=sample.data.removeprefix("data."),
        prompt=sample.prompt,
        expected=sample.expected,
        before=None if sample.before is None else compare(sample.expected, sample.before),
        after=None if sample.after is None else compare(sample.expected, sample.after),
    )
