"""Take every measurement of a step, each observation once, and nothing that is there already."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from ftspec.evaluate.asked import Asked, Rows
from ftspec.evaluate.identity import rows_digest
from ftspec.evaluate.items import Taken
from ftspec.evaluate.observe import Request, observe
from ftspec.evaluate.results import Measurements, Scores, data_name
from ftspec.evaluate.samples import sampled, write_samples
from ftspec.evaluate.shelf import Shelf
from ftspec.evaluate.subjects import Subject, Subjects
from ftspec.evaluate.watcher import Watcher
from ftspec.kinds.metrics import Need, NotComputable, Observation
from ftspec.plan.steps import Evaluate, PlannedUse

if TYPE_CHECKING:
    from ftspec.data import Row
    from ftspec.kinds.metrics import Columns

GroupOf = Callable[[PlannedUse, "Row"], str | None]
"""The group of a row, where the split keeps rows together by a field."""


def alone(use: PlannedUse, row: Row) -> str | None:
    """Every row stands for itself."""
    return None


def measure(
    step: Evaluate,
    subjects: Subjects,
    data: Callable[[PlannedUse], Sequence[Row]],
    items_dir: Path,
    progress: Watcher,
    *,
    group_of: GroupOf = alone,
    earlier: Sequence[Path] = (),
) -> Measurements:
    """Every measurement of the step.

    Writes `items/<slug>.jsonl` for each as it is done, and `samples.jsonl` beside the folder, all atomically. A
    measurement whose digest is in an index already is read, not taken.

    Args:
        step: What to measure.
        subjects: Opens the models, one at a time, and only those that are needed.
        data: The rows of a part.
        items_dir: The run's `items` folder.
        progress: Told what happens.
        group_of: The group of a row; rows of one group are resampled together.
        earlier: Items folders of earlier runs, from which equal measurements are taken over.
    """
    shelf = Shelf.at(items_dir, tuple(earlier))
    asked = _asked(step, subjects, data)
    extra = sampled(step, asked, subjects.digest)
    done = _known(shelf, (*asked, *extra), progress)
    for subject, missing in _by_subject([each for each in (*asked, *extra) if each.id not in done]).items():
        with subjects.open(subject) as opened:
            for each in missing:
                start = perf_counter()
                if shelf.taken(each) is None:
                    shelf.observed |= _observed(each, opened, group_of, progress)
                done[each.id] = _kept(shelf, each, _scored(shelf, each, start), progress)
    write_samples(step, asked, extra, shelf)
    return Measurements({each.id: done[each.id] for each in asked})


def _known(shelf: Shelf, asked: Sequence[Asked], progress: Watcher) -> dict[str, Scores]:
    """What needs no model: kept scores, and metrics of kept observations."""
    done = {}
    for each in asked:
        start = perf_counter()
        scores = shelf.scores(each)
        if scores is None and shelf.taken(each) is not None:
            scores = _scored(shelf, each, start)
        if scores is not None:
            done[each.id] = _kept(shelf, each, scores, progress)
    return done


def _asked(step: Evaluate, subjects: Subjects, data: Callable[[PlannedUse], Sequence[Row]]) -> list[Asked]:
    @cache
    def rows_of(use: PlannedUse) -> Rows:
        rows = data(use)
        return Rows(use, rows, rows_digest(rows))

    digest = cache(subjects.digest)
    return [
        Asked(each, tuple(rows_of(use) for use in each.uses), digest(each.subject), step.generation)
        for each in step.measurements
    ]


def _by_subject(missing: Sequence[Asked]) -> Mapping[str, list[Asked]]:
    """What is missing of each model, in the order of the step: a model is opened once."""
    groups: dict[str, list[Asked]] = {}
    for each in missing:
        groups.setdefault(each.measurement.subject, []).append(each)
    return groups


def _kept(shelf: Shelf, asked: Asked, scores: Scores, progress: Watcher) -> Scores:
    shelf.keep(asked, scores)
    progress.measured(asked.id, scores.value, scores.n, scores.seconds, scores.reused)
    return scores


def _scored(shelf: Shelf, asked: Asked, start: float) -> Scores:
    """The metric of what was observed for it."""
    taken = shelf.observed[asked.observation]
    columns, value, reason = _computed(asked, taken)
    return Scores(
        measurement=asked.measurement,
        items=tuple(each.item for each in taken.observations),
        groups=tuple(each.group for each in taken.observations),
        parts=taken.parts,
        columns=columns,
        value=value,
        reason=reason,
        seconds=perf_counter() - start,
    )


def _observed(asked: Asked, subject: Subject, group_of: GroupOf, progress: Watcher) -> dict[str, Taken]:
    """What the metric needs of each of its data, and what comes along with it, by digest."""
    found: dict[Need, list[tuple[int, Observation]]] = {}
    for part, rows in enumerate(asked.parts):
        request = _request(asked, rows, group_of, progress)
        for need, observations in observe(asked.metric.need, subject, request).items():
            found.setdefault(need, []).extend((part, each) for each in observations)
    return {
        asked.observed_as(need): Taken(tuple(each for _, each in pairs), tuple(part for part, _ in pairs))
        for need, pairs in found.items()
    }


def _request(asked: Asked, rows: Rows, group_of: GroupOf, progress: Watcher) -> Request:
    need = asked.metric.need.value.replace("_", " ")
    what = f"{need} of {data_name((rows.use,))} on {asked.measurement.subject}"
    groups = {row.item: group for row in rows.rows if (group := group_of(rows.use, row)) is not None}
    return Request(
        rows=rows.rows,
        generation=asked.generation,
        settings=asked.metric.settings(),
        groups=groups,
        progress=lambda done: progress.measuring(what, done, len(rows.rows)),
    )


def _computed(asked: Asked, taken: Taken) -> tuple[Columns, float | None, str | None]:
    """Columns and value, or why there is no value."""
    try:
        columns = asked.metric.columns(taken.observations)
        value = asked.metric.point(columns)
    except NotComputable as reason:
        return {}, None, str(reason)
    if not math.isfinite(value):
        return columns, None, f"its value is {value}"
    return columns, value, None
