"""What `ftspec preview` shows: examples and statistics of a spec's data, as its models read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftspec.compile.lower.data import split_of
from ftspec.data import codes
from ftspec.data.dataset import DataSet, Stopped
from ftspec.data.faults import Unusable
from ftspec.data.local import LocalModel
from ftspec.data.pairs import WHOLE, Pair, pairs
from ftspec.data.preview import Preview, preview
from ftspec.data.row import Row
from ftspec.data.split import PARTS
from ftspec.data.statistics import Statistics, statistics
from ftspec.data.surveying import data_sets
from ftspec.errors import CannotRun, Rejected
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic


class NoSuchData(CannotRun):
    """Raised when a preview is asked for data that the spec does not have."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """One part of a data set."""

    preview: Preview
    statistics: Statistics | None
    remarks: tuple[Diagnostic, ...] = ()
    """What `compile` says about the tokens of these rows, errors too."""


def shown(spec: Spec, data: str | None = None, count: int = 3, *, stats: bool = False) -> list[Shown]:
    """For each data set, the part that trains, or else the one that a gate reads.

    Args:
        spec: A checked spec.
        data: This data set alone (`tickets`), or this part of it (`tickets.test`).
        count: Rows to show of each.
        stats: Whether statistics are wanted too.

    Raises:
        Rejected: files are missing, or rows cannot be used.
        CannotRun: the tokenizer is not here; `NoSuchData` where no data set has this name.
    """
    chosen = _chosen(spec, data)
    sets = data_sets(spec, [pair.data for pair in chosen])
    return [_shown(pair, sets[pair.data], LocalModel(spec, pair.model), count, stats) for pair in chosen]


def to_json(found: Sequence[Shown]) -> dict[str, Any]:
    """The contract's JSON: every row with its tokens under `rows`, what holds for a whole part under `data`."""
    parts = [each.preview.to_json() for each in found]
    rows = [{"data": part["data"], "split": part["split"], **row} for part in parts for row in part.pop("rows")]
    for part, each in zip(parts, found, strict=True):
        if each.statistics is not None:
            part["statistics"] = each.statistics.to_json()
    return {"format": 1, "rows": rows, "data": parts}


def _shown(pair: Pair, one: DataSet, local: LocalModel, count: int, stats: bool) -> Shown:
    tokenizer, rows = _here(local).tokenizer, _rows(one, pair)
    names = {"data": pair.data, "split": pair.part, "model": pair.model}
    limit = pair.limit(local.context)
    try:
        measured, notes = one.measured(pair, local, limit)
    except Stopped as stopped:
        raise Rejected(stopped.problems, exit_code=3) from stopped
    found = preview(rows, tokenizer, limit, count, measured=measured, **names)
    remarks = tuple(note.diagnostic(one.spec) for note in notes)
    return Shown(found, statistics(rows, tokenizer, **names) if stats else None, remarks)


def _chosen(spec: Spec, data: str | None) -> list[Pair]:
    """The first pair of each data set: those of trains come before those of gates."""
    known: dict[str, Pair] = {}
    for pair in pairs(spec):
        known.setdefault(pair.data, pair)
    for name in spec.data:
        if name not in known and spec.models:
            known[name] = Pair(name, _first_part(spec, name), next(iter(spec.models)), None, None)
    if not known:
        lacks = "data" if not spec.data else "model, whose tokens could be shown"
        raise CannotRun(f"the spec has no {lacks}", f"add a `{lacks.partition(',')[0]}` block")
    return list(known.values()) if data is None else [_named(spec, data, known)]


def _first_part(spec: Spec, name: str) -> str:
    return "train" if split_of(spec, name) is not None else WHOLE


def _named(spec: Spec, data: str, known: Mapping[str, Pair]) -> Pair:
    """What `tickets` or `tickets.test` names."""
    if data in known:
        return known[data]
    name, _, part = data.rpartition(".")
    if name in known and part in (*PARTS, WHOLE):
        if part != WHOLE and split_of(spec, name) is None:
            raise NoSuchData(f"`{name}` has no parts: no stage or gate reads one of them", f"it is shown as `{name}`")
        exact = next((pair for pair in pairs(spec) if (pair.data, pair.part) == (name, part)), None)
        return exact or Pair(name, part, known[name].model, known[name].max_length, None)
    listed = ", ".join(f"`{each}`" for each in spec.data) or "none"
    raise NoSuchData(f"no data is called `{data}`", f"the data sets are {listed}; a part is `NAME.test`")


def _here(local: LocalModel) -> LocalModel:
    if local.problem is not None:
        raise Rejected([local.problem], exit_code=3)
    if local.hash is None:
        help = "fetch the model first, or name a local one"
        raise CannotRun(f"the tokenizer of model `{local.name}` is not here", help)
    return local


def _rows(one: DataSet, pair: Pair) -> Sequence[Row]:
    try:
        rows = one.prepared.rows(pair.part)
        if not rows:
            what = "no rows" if pair.part == WHOLE else f"no rows in its {pair.part} part"
            raise Unusable(codes.NO_ROWS, f"`{pair.data}` has {what}", "check the files and the `clean` block")
        return rows
    except Stopped as stopped:
        raise Rejected(stopped.problems, exit_code=3) from stopped
    except Unusable as error:
        place = one.spec.place(f"data.{one.name}.source")
        raise Rejected([Diagnostic(error.code, error.message, place, error.help)], exit_code=3) from error
