"""One measurement: observe what it needs, compute its columns and its value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING

from ftspec.evaluate.asked import Asked, Rows
from ftspec.evaluate.items import Taken
from ftspec.evaluate.observe import Request, observe, ratings
from ftspec.evaluate.results import Scores, data_name
from ftspec.evaluate.shelf import Shelf
from ftspec.evaluate.subjects import Subject
from ftspec.evaluate.watcher import Watcher
from ftspec.kinds.metrics import Answer, Metric, Need, NotComputable, NotYet, Observation
from ftspec.plan.steps import PlannedUse

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.data import Row
    from ftspec.kinds.metrics import Columns

GroupOf = Callable[[PlannedUse, "Row"], str | None]
"""The group of a row, where the split keeps rows together by a field."""

_NO_ROWS = Rows(PlannedUse(data="data.none", split="all"), (), "")
"""What a metric without data is asked about."""


@dataclass(frozen=True)
class Surroundings:
    """What every measurement of one call shares."""

    shelf: Shelf
    group_of: GroupOf
    progress: Watcher
    allow_code: bool = False


def taken(asked: Asked, subject: Subject | None, around: Surroundings) -> Scores:
    """Observe what is not observed yet, then score it. What people rate needs no subject."""
    start = perf_counter()
    try:
        if around.shelf.taken(asked) is None:
            around.shelf.observed |= _observed(asked, subject, around)
    except NotComputable as reason:
        around.shelf.observed[asked.observation] = Taken((), ())
        seconds, waits = perf_counter() - start, isinstance(reason, NotYet)
        return Scores(asked.measurement, (), (), (), {}, None, str(reason), seconds, waits=waits)
    return scored(around.shelf, asked, start)


def scored(shelf: Shelf, asked: Asked, start: float) -> Scores:
    """The metric of what was observed for it."""
    taken = with_fields(asked, shelf.observed[asked.observation])
    shelf.observed[asked.observation] = taken
    columns, value, reason = _allowed(asked, taken)
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


def _allowed(asked: Asked, taken: Taken) -> tuple[Columns, float | None, str | None]:
    if asked.metric.runs_code and not asked.allow_code:
        return {}, None, "its file is code of your own: allow it with `--allow-code`"
    return computed(asked.metric, taken)


def _observed(asked: Asked, subject: Subject | None, around: Surroundings) -> dict[str, Taken]:
    """What the metric needs of each of its data, and what comes along with it, by digest."""
    found: dict[Need, list[tuple[int, Observation]]] = {}
    for part, rows in enumerate(asked.parts or (_NO_ROWS,)):
        request = _request(asked, rows, around)
        for need, observations in _seen(asked.metric.need, subject, request).items():
            found.setdefault(need, []).extend((part, each) for each in observations)
    return {
        asked.observed_as(need): Taken(tuple(each for _, each in pairs), tuple(part for part, _ in pairs))
        for need, pairs in found.items()
    }


def _seen(need: Need, subject: Subject | None, request: Request) -> Mapping[Need, Sequence[Observation]]:
    if subject is None:
        return {need: ratings.observe(request)}
    return observe(need, subject, request)


def _request(asked: Asked, rows: Rows, around: Surroundings) -> Request:
    need = asked.metric.need.value.replace("_", " ")
    what = f"{need} of {data_name((rows.use,))} on {asked.opens}" if asked.parts else f"{need} on {asked.opens}"
    groups = {row.item: group for row in rows.rows if (group := around.group_of(rows.use, row)) is not None}
    return Request(
        rows=rows.rows,
        generation=asked.generation,
        settings=asked.metric.settings(),
        groups=groups,
        inputs=tuple(_input(around.shelf, each) for each in asked.inputs),
        run=around.shelf.folder.parent,
        allow_code=around.allow_code,
        progress=lambda done: around.progress.measuring(what, done, len(rows.rows)),
    )


def _input(shelf: Shelf, asked: Asked) -> Sequence[Observation]:
    taken = shelf.taken(asked)
    if taken is None:
        raise LookupError(f"{asked.id} must be observed before what reads it")
    return taken.observations


def computed(metric: Metric, taken: Taken) -> tuple[Columns, float | None, str | None]:
    """Columns and value of what was observed, or why there is no value."""
    try:
        columns = dict(metric.columns(taken.observations))
        if metric.uses > 1:
            columns["part"] = _array(taken.parts)
        value = metric.point(columns)
    except NotComputable as reason:
        return {}, None, str(reason)
    if not math.isfinite(value):
        return columns, None, f"its value is {value}"
    return columns, value, None


def with_fields(asked: Asked, taken: Taken) -> Taken:
    """Answers with the rows' values of the field that the metric looks at."""
    name = asked.metric.field
    if name is None:
        return taken
    values = {row.item: row.fields.get(name) for part in asked.parts for row in part.rows}
    return Taken(tuple(_with_field(each, values) for each in taken.observations), taken.parts)


def _with_field(observation: Observation, values: Mapping[str, object]) -> Observation:
    if not isinstance(observation, Answer):
        return observation
    value = values[observation.item]
    return replace(observation, attribute=None if value is None else str(value))


def _array(values: Sequence[int]) -> ndarray:
    import numpy as np

    return np.array(values)
