"""Two runs, item by item: what got better, what got worse, and whether that is more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ftspec.evaluate.contrast import Contrast
from ftspec.evaluate.results import Measurements, Scores
from ftspec.evaluate.spread import Spread

if TYPE_CHECKING:
    from collections.abc import Mapping

_DRAWS = 2000


@dataclass(frozen=True)
class Compared:
    """One measurement in two runs, on the items that both have."""

    id: str
    one: float | None
    two: float | None
    n: int
    """Items in both runs."""

    better: tuple[str, ...]
    """Items that were wrong in the first run and are right in the second; empty where items are not right or wrong."""

    worse: tuple[str, ...]
    difference: float | None
    """The second value minus the first, on the shared items."""

    interval: tuple[float, float] | None
    """The 95 % interval of the difference, paired."""

    p: float | None
    """McNemar's exact p-value, where items are right or wrong."""


def compare(one: Measurements, two: Measurements, seed: int = 0) -> list[Compared]:
    """Every measurement that both runs have, in the order of the first."""
    return [_compared(scores, two[id], seed) for id, scores in one.by_id.items() if id in two.by_id]


def mcnemar(better: int, worse: int) -> float:
    """The exact two-sided p-value of McNemar's test (1947): a fair coin over the items that changed."""
    from scipy.special import bdtr

    changed = better + worse
    return 1.0 if not changed else float(min(1.0, 2 * bdtr(min(better, worse), changed, 0.5)))


def _compared(one: Scores, two: Scores, seed: int) -> Compared:
    shared = [item for item in one.items if item in set(two.items)]
    first, second = _of_items(one, shared, "one"), _of_items(two, shared, "two")
    better, worse = _changed(first, second)
    proportion = first.metric.proportion and bool(shared)
    both = {"one": first, "two": second}
    spread = Spread(Contrast("difference", ">=", 0.0, "two", "one"), both, _DRAWS, seed)
    computable = all(each.value is not None for each in both.values())
    return Compared(
        id=one.measurement.id,
        one=one.value,
        two=two.value,
        n=len(shared),
        better=better,
        worse=worse,
        difference=spread.point if computable else None,
        interval=spread.interval(0.95) if computable else None,
        p=mcnemar(len(better), len(worse)) if proportion else None,
    )


def _of_items(scores: Scores, shared: list[str], id: str) -> Scores:
    """The scores of some items alone, under a name of their own."""
    place = {item: number for number, item in enumerate(scores.items)}
    places = [place[item] for item in shared]
    columns: Mapping[str, object] = {name: column[places] for name, column in scores.columns.items()}
    value = scores.metric.point(columns) if scores.value is not None and shared else None  # type: ignore[arg-type]
    return Scores(
        measurement=scores.measurement.model_copy(update={"id": id}),
        items=tuple(shared),
        groups=tuple(scores.groups[number] for number in places),
        parts=tuple(scores.parts[number] for number in places),
        columns=columns,  # type: ignore[arg-type]
        value=value,
        reason=scores.reason,
    )


def _changed(one: Scores, two: Scores) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not one.metric.proportion or one.value is None or two.value is None:
        return (), ()
    pairs = list(zip(one.items, one.columns["hit"], two.columns["hit"], strict=True))
    better = tuple(item for item, before, after in pairs if after > before)
    worse = tuple(item for item, before, after in pairs if after < before)
    # A hit of memorization is none to be proud of.
    return (better, worse) if one.metric.direction == "higher" else (worse, better)
