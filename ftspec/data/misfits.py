"""Rows that a stage cannot learn from: of a class that is none of its labels, or of a task that it does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ftspec.compile.defaults import method_of, objective_of
from ftspec.data import cache as kept
from ftspec.data import codes
from ftspec.data.dataset import DataSet
from ftspec.data.note import Note, from_record, to_record
from ftspec.kinds.methods import Method
from ftspec.kinds.objectives import Objective
from ftspec.spec.spec import Spec
from ftspec.spec.types import Use
from ftspec.text.diagnostic import Diagnostic

if TYPE_CHECKING:
    from ftspec.data.row import Row

_SHOWN = 3
_REASONS = 4
"""How many of one kind are said one by one."""

Unfit = tuple[str, str]
"""Why a row does not fit, and the remedy."""


def misfits(spec: Spec, sets: Mapping[str, DataSet], cache: bool) -> Iterator[Diagnostic]:
    """What every stage cannot use of the rows that it trains on or is watched on, one diagnostic a use."""
    for name, train in spec.trains.items():
        objective, method = objective_of(train), method_of(train)
        if not (objective.reads_rows or method.reads_rows):
            continue
        for field, use in (("data", train.data), ("validation", train.validation)):
            # Rows of a format that the objective does not take are refused as such.
            if use is not None and use.data in sets and sets[use.data].prepared.format in objective.formats:
                notes = _in(sets[use.data], use, objective, method, f"train.{name}.{field}", cache)
                yield from (note.diagnostic(spec) for note in notes)


def _in(data: DataSet, use: Use, objective: Objective, method: Method, path: str, cache: bool) -> list[Note]:
    name = kept.key("misfits", data.key, use.split, objective.model_dump(), method.model_dump(), path)
    record = kept.read(name) if cache else None
    if record is not None:
        return [from_record(each) for each in record["notes"]]
    notes = list(_notes(data.prepared.rows(use.split), use, objective, method, path))
    if cache:
        kept.write(name, {"notes": [to_record(note) for note in notes]})
    return notes


def _notes(rows: Sequence[Row], use: Use, objective: Objective, method: Method, path: str) -> Iterator[Note]:
    found: dict[Unfit, list[Row]] = {}
    for row in rows:
        for unfit in (objective.misfit(row.fields, row.answer), method.misfit(row.text)):
            if unfit is not None:
                found.setdefault(unfit, []).append(row)
    for (why, help), group in _few(found):
        shown = "; ".join(row.place for row in group[:_SHOWN])
        more = f"; and {len(group) - _SHOWN} more" if len(group) > _SHOWN else ""
        count = "1 row" if len(group) == 1 else f"{len(group)} rows"
        yield Note(codes.MISFIT, f"{count} of `{use}` {why}: {shown}{more}", help, path)


def _few(found: Mapping[Unfit, list[Row]]) -> Iterator[tuple[Unfit, list[Row]]]:
    """For each remedy the reasons that came up first, and all others as one."""
    for help in dict.fromkeys(help for _, help in found):
        reasons = {why: rows for (why, remedy), rows in found.items() if remedy == help}
        first, rest = list(reasons)[:_REASONS], list(reasons)[_REASONS:]
        if len(rest) == 1:
            first, rest = [*first, *rest], []
        yield from (((why, help), reasons[why]) for why in first)
        if rest:
            rows = [row for why in rest for row in reasons[why]]
            yield (f"do not fit either, the first of them {rest[0]}", help), rows
