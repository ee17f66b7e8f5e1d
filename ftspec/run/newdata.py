"""A plan whose gates read other files: new data for a model that is in service."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ftspec.errors import CannotRun
from ftspec.plan.canonical import sealed
from ftspec.plan.plan import Gate, Plan
from ftspec.plan.steps import CallRecord, Evaluate, Measurement, PrepareData, Step

_BY_SUFFIX = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".parquet": "parquet"}
_KEEPS_ITS_OWN = frozenset({"text"})


def with_data(plan: Plan, root: Path, data: Mapping[str, Path]) -> Plan:
    """The plan with files in place of data sets, each scored whole.

    Gates about rows that trained make no sense on new ones: they are left out.

    Raises:
        CannotRun: there is no such data set, no such file, or its rows cannot be used.
    """
    if not data:
        return plan
    replaced = {f"data.{name}": path for name, path in data.items()}
    _check_names(plan, replaced)
    gates = tuple(gate for gate in plan.gates if not _reads_training(gate, plan, replaced))
    needed = _measured(gates, plan)
    steps = tuple(_step(step, root, replaced, needed) for step in plan.steps)
    return sealed(plan.model_copy(update={"steps": steps, "gates": gates}))


def _check_names(plan: Plan, replaced: Mapping[str, Path]) -> None:
    known = sorted(step.id for step in plan.of(PrepareData))
    for name, path in replaced.items():
        if name not in known:
            there = ", ".join(each.removeprefix("data.") for each in known)
            raise CannotRun(f"the spec has no data called `{name.removeprefix('data.')}`", f"it has {there}")
        if not path.is_file():
            raise CannotRun(f"`{path}` does not exist", "`--data NAME=FILE` names a file of new rows")


def _step(step: Step, root: Path, replaced: Mapping[str, Path], needed: frozenset[str]) -> Step:
    match step:
        case PrepareData() if step.id in replaced:
            return _prepare(step, root, replaced[step.id])
        case Evaluate():
            kept = (_measurement(each, replaced) for each in step.measurements if each.id in needed)
            return step.model_copy(update={"measurements": tuple(kept)})
        case _:
            return step


def _prepare(step: PrepareData, root: Path, path: Path) -> PrepareData:
    from ftspec.data.faults import Unusable
    from ftspec.data.prepared import build, data_facts
    from ftspec.data.recipe import from_step

    source = _source(step, Path(os.path.relpath(path.resolve(), root.resolve())).as_posix())
    planned = step.model_copy(update={"source": source, "mixture": None, "split": None, "augment": None})
    recipe = from_step(planned)
    try:
        prepared = build(recipe, root)
    except Unusable as error:
        raise CannotRun(f"`{path}`: {error.message}", error.help) from error
    if prepared.faults:
        first = prepared.faults[0]
        raise CannotRun(f"`{path}`, row {first.number}: {first.message}", first.help)
    facts = data_facts(prepared, recipe.files(root))
    if not facts.rows:
        raise CannotRun(f"`{path}` has no usable rows, so no gate can be decided", "name a file with rows")
    return planned.model_copy(
        update={
            "files": facts.files,
            "rows_read": facts.rows_read,
            "rows": facts.rows,
            "cleaned": facts.steps,
            "splits": facts.splits,
            "digest": facts.digest,
        }
    )


def _source(step: PrepareData, path: str) -> CallRecord:
    """The same kind of file as before where the name allows it, with all its settings; else the kind of its name."""
    name = step.source["name"] if step.source is not None else None
    by_name = _BY_SUFFIX.get(Path(path).suffix.lower())
    if step.source is not None and "path" in step.source["arguments"] and (name in _KEEPS_ITS_OWN or by_name == name):
        return {"name": name, "arguments": {**step.source["arguments"], "path": path}}
    if by_name is None:
        help = "its name must end in .jsonl, .json, .csv or .parquet"
        raise CannotRun(f"it is not known what kind of file `{path}` is", help)
    return {"name": by_name, "arguments": {"path": path}}


def _measurement(measurement: Measurement, replaced: Mapping[str, Path]) -> Measurement:
    uses = tuple(use.model_copy(update={"split": "all"}) if use.data in replaced else use for use in measurement.uses)
    return measurement.model_copy(update={"uses": uses})


def _reads_training(gate: Gate, plan: Plan, replaced: Mapping[str, Path]) -> bool:
    uses = (use for each in _of_gate(gate, plan) for use in each.uses)
    return any(use.data in replaced and use.split == "train" for use in uses)


def _of_gate(gate: Gate, plan: Plan) -> list[Measurement]:
    from ftspec.evaluate.linear import readings_of

    read = readings_of(gate.condition) if gate.condition is not None else []
    ids = {gate.measurement, gate.baseline, *read}
    return [each for step in plan.of(Evaluate) for each in step.measurements if each.id in ids]


def _measured(gates: tuple[Gate, ...], plan: Plan) -> frozenset[str]:
    return frozenset(each.id for gate in gates for each in _of_gate(gate, plan))
