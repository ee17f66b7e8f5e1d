"""Bootstrap draws: the same statistic under other item weights (Efron 1979).

Items are drawn with replacement. Where items share a group, whole groups are drawn (cluster bootstrap, Davison and
Hinkley 1997, 3.8); where a metric reads several data sets, each is drawn by itself. Measurements over the same items,
such as a model and its baseline, see the same draws, so that a difference or a ratio of them is paired.

Two things keep a hundred thousand items cheap. Items that agree in every column are interchangeable, so a draw is a
multinomial over distinct rows, with the same distribution. Where most rows differ, the units are dealt at random into
folds of about 4,096 that share the draws out among them; a draw's deviation from its fold's own value is scaled by
√(fold / all), after the bag of little bootstraps (Kleiner, Talwalkar, Sarkar and Jordan 2014).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftspec.evaluate.results import Scores

if TYPE_CHECKING:
    import numpy as np
    from numpy import ndarray

_CHUNK = 1 << 19
"""Weights held at a time: 4 MiB, about what a processor's cache holds."""

_FOLD = 4096
"""Units in a fold, about."""


@dataclass(frozen=True)
class Frame:
    """Measurements over the same items, in the same order."""

    scores: tuple[Scores, ...]

    @property
    def first(self) -> Scores:
        """Any of them: they share items, groups and parts."""
        return self.scores[0]

    @property
    def key(self) -> str:
        """A name that is the same for the same items."""
        parts = (use.model_dump_json() for use in self.first.measurement.uses)
        return hashlib.sha256("\n".join((*parts, *self.first.items)).encode()).hexdigest()


def frames(scores: Sequence[Scores]) -> list[Frame]:
    """Measurements grouped by their items."""
    found: dict[Any, list[Scores]] = {}
    for each in scores:
        found.setdefault((each.measurement.uses, each.items), []).append(each)
    return [Frame(tuple(group)) for group in found.values()]


def resampled(scores: Sequence[Scores], draws: int, seed: int) -> dict[str, ndarray]:
    """By measurement id: the value in each draw, of shape (draws,). The same seed gives the same draws."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    result: dict[str, ndarray] = {}
    # The products are small: a second BLAS thread costs more than it does.
    with threadpool_limits(1, "blas"):
        for frame in frames(scores):
            result |= _of_frame(frame, draws, seed)
    return result


def left_out(scores: Sequence[Scores]) -> dict[str, ndarray] | None:
    """By measurement id: the value with each unit left out in turn, of shape (units,).

    None where the measurements are not over the same items, or there are so many units that it makes no difference.
    """
    import numpy as np

    if len(frames(scores)) != 1:
        return None
    frame = Frame(tuple(scores))
    _, unit = np.unique(np.array(_units(frame.first), dtype=object).astype(str), return_inverse=True)
    count = int(unit.max()) + 1
    if count > _FOLD:
        return None
    starts = _sizes(count, len(unit))
    chunks = ((unit[None, :] != row[:, None]).astype(float) for row in np.split(np.arange(count), np.cumsum([*starts])))
    return _statistics(frame, np.arange(len(unit)), (chunk for chunk in chunks if len(chunk)))


def independent(scores: Scores) -> int:
    """How many independent units there are: items, or groups where items share one."""
    return len(set(_units(scores)))


def _of_frame(frame: Frame, draws: int, seed: int) -> dict[str, ndarray]:
    import numpy as np

    generator = np.random.default_rng([seed, int(frame.key[:16], 16)])
    cells = None if _has_structure(frame.first) else _cells(frame)
    if cells is not None:
        return _of_cells(frame, *cells, draws, generator)
    folds = _folds(frame.first, generator)
    shares = [len(part) for part in np.array_split(np.arange(draws), len(folds))]
    drawn = [_of_fold(frame, fold, share, generator) for fold, share in zip(folds, shares, strict=True)]
    return {id: np.concatenate([part[id] for part in drawn]) for id in drawn[0]}


def _has_structure(scores: Scores) -> bool:
    """Whether items are not simply exchangeable: they share groups or come from several data sets."""
    return any(group is not None for group in scores.groups) or len(set(scores.parts)) > 1


def _cells(frame: Frame) -> tuple[ndarray, ndarray] | None:
    """One place for each distinct row of all columns and how often it occurs; None when most rows differ."""
    import numpy as np

    table = np.column_stack([column for each in frame.scores for column in each.columns.values()])
    head = np.unique(table[:1024], axis=0)
    if len(head) * 4 > min(len(table), 1024):
        return None
    _, kept, counts = np.unique(table, axis=0, return_index=True, return_counts=True)
    return (kept, counts) if len(kept) * 4 <= len(table) else None


def _of_cells(
    frame: Frame, kept: ndarray, counts: ndarray, draws: int, generator: np.random.Generator
) -> dict[str, ndarray]:
    n = int(counts.sum())
    chunks = (generator.multinomial(n, counts / n, size=size).astype(float) for size in _sizes(draws, len(counts)))
    return _statistics(frame, kept, chunks)


def _folds(scores: Scores, generator: np.random.Generator) -> list[list[ndarray]]:
    """Folds of strata of units: a unit is the places of its items. Small data is one fold."""
    strata = _strata(scores)
    count = max(1, sum(map(len, strata)) // _FOLD)
    folds: list[list[ndarray]] = [[] for _ in range(count)]
    for units in strata:
        order = generator.permutation(len(units)) if count > 1 else range(len(units))
        for number, fold in enumerate(folds):
            fold.append(_ragged([units[place] for place in order[number::count]]))
    return folds


def _strata(scores: Scores) -> list[list[list[int]]]:
    """By part: the units, each as the places of its items."""
    strata: dict[int, dict[str, list[int]]] = {}
    for place, (unit, part) in enumerate(zip(_units(scores), scores.parts, strict=True)):
        strata.setdefault(part, {}).setdefault(unit, []).append(place)
    return [list(units.values()) for _, units in sorted(strata.items())]


def _ragged(units: Sequence[Sequence[int]]) -> ndarray:
    """Shape (2, items): the place of each item, and the number of its unit."""
    import numpy as np

    places = [place for unit in units for place in unit]
    numbers = np.repeat(np.arange(len(units)), [len(unit) for unit in units])
    return np.array([places, numbers], dtype=np.int64)


def _of_fold(frame: Frame, fold: Sequence[ndarray], draws: int, generator: np.random.Generator) -> dict[str, ndarray]:
    """The draws of one fold, moved to the whole data's value and scaled to its size."""
    import numpy as np

    places = np.concatenate([stratum[0] for stratum in fold])
    chunks = (_weights(fold, size, generator) for size in _sizes(draws, len(places)))
    drawn = _statistics(frame, places, chunks)
    n = frame.first.n
    if len(places) == n:
        return drawn
    own = _statistics(frame, places, iter([np.ones((1, len(places)))]))
    whole = {each.measurement.id: each.metric.statistic(each.columns, np.ones((1, n))) for each in frame.scores}
    return {id: whole[id] + (values - own[id]) * np.sqrt(len(places) / n) for id, values in drawn.items()}


def _weights(fold: Sequence[ndarray], draws: int, generator: np.random.Generator) -> ndarray:
    """How often each item is drawn, of shape (draws, items): units are drawn with replacement in each stratum."""
    import numpy as np

    parts = []
    for _, unit in fold:
        count = int(unit[-1]) + 1
        drawn = generator.integers(0, count, (draws, count)) + np.arange(draws)[:, None] * count
        times = np.bincount(drawn.ravel(), minlength=draws * count).reshape(draws, count)
        parts.append(times if count == len(unit) else times[:, unit])
    return np.concatenate(parts, axis=1).astype(float)


def _statistics(frame: Frame, places: ndarray, chunks: Iterator[ndarray]) -> dict[str, ndarray]:
    """By measurement: the statistic of the items at `places` under every row of weights."""
    import numpy as np

    chosen = {
        each.measurement.id: {name: column[places] for name, column in each.columns.items()} for each in frame.scores
    }
    values: dict[str, list[ndarray]] = {id: [] for id in chosen}
    for weights in chunks:
        for each in frame.scores:
            id = each.measurement.id
            values[id].append(each.metric.statistic(chosen[id], weights))
    return {id: np.concatenate(parts) for id, parts in values.items()}


def _sizes(draws: int, width: int) -> Iterator[int]:
    """Draws in chunks."""
    step = max(1, _CHUNK // width)
    yield from (min(step, draws - start) for start in range(0, draws, step))


def _units(scores: Scores) -> list[str]:
    pairs = zip(scores.items, scores.groups, scores.parts, strict=True)
    return [f"{part} item {item}" if group is None else f"{part} group {group}" for item, group, part in pairs]
