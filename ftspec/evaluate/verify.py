"""A verdict, made again from what it rests on: any edit of any file is found.

The plan's digest, the hash of every file, the columns of every item, the value of every measurement and the whole text
of `verdict.json` must come out as they stand. What an author of all files together forges is found by `rescored`, which
compares with the model itself, and by a signature.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from pathlib import Path

from ftspec.evaluate import items
from ftspec.evaluate.decide import decide
from ftspec.evaluate.kept import Damaged, kept
from ftspec.evaluate.results import Artefact, Evidence, Measurements, Scores, Verdict, to_json
from ftspec.evaluate.taking import computed
from ftspec.kinds.metrics import Need
from ftspec.plan.canonical import digest
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Decide, Evaluate

ALWAYS = ("plan.json", f"items/{items.INDEX}", "samples.jsonl")
"""What a verdict rests on, by name in the run's folder; each items file is bound by the index."""

_WHERE_THERE = ("spec.ft", "spec.lock", "model/ftspec.json", "drift.json")
_PEOPLE = "ratings/*.jsonl"

_SAME = 1e-9
_TIMED = frozenset({Need.TIMINGS, Need.BATCH_TIMINGS, Need.MEMORY})
"""What no second measurement repeats."""


def evidence(run: Path) -> Evidence:
    """The hashes of a run's files as they are now; those that are not there are left out.

    The plan has the hashes of all data and of the base model, the index those of every items file.
    """
    told = [path.relative_to(run).as_posix() for path in sorted(run.glob(_PEOPLE))]
    names = (*ALWAYS, *_WHERE_THERE, *told)
    return Evidence(files={name: _hash(run / name) for name in names if (run / name).is_file()})


def verify(run: Path, artefact: Artefact | None) -> list[str]:
    """What is wrong with a run's evidence, in words; empty when all of it stands.

    Args:
        run: The run's folder.
        artefact: The artefact with the hash that its files have now.
    """
    try:
        return list(_problems(run, artefact))
    except (OSError, ValueError, LookupError, TypeError) as error:
        # pydantic's and JSON's errors are ValueErrors: a file that cannot be read is evidence that does not stand.
        return [f"the evidence cannot be read: {str(error).splitlines()[0]}"]


def rescored(old: Measurements, new: Measurements) -> list[str]:
    """Where a second measurement of the same model differs from what was kept; timings are not compared."""
    return [problem for id, scores in old.by_id.items() for problem in _differences(scores, new[id])]


def _problems(run: Path, artefact: Artefact | None) -> Iterator[str]:
    plan = Plan.model_validate_json((run / "plan.json").read_bytes())
    if digest(plan) != plan.digest:
        yield "plan.json: its digest is not that of its content"
    text = (run / "verdict.json").read_text("utf-8")
    verdict = Verdict.model_validate_json(text)
    yield from _other_files(run, verdict)
    [evaluate], [decision] = plan.of(Evaluate), plan.of(Decide)
    try:
        measurements = kept(evaluate, run / "items")
    except Damaged as damage:
        yield str(damage)
        return
    yield from _other_items(measurements, run / "items")
    again = _again(plan, decision, measurements, verdict, artefact)
    if to_json(again) != text:
        yield from _other_verdict(verdict, again)


def _again(
    plan: Plan, decision: Decide, measurements: Measurements, verdict: Verdict, artefact: Artefact | None
) -> Verdict:
    return decide(
        decision,
        plan.gates,
        measurements,
        digest=plan.digest,
        spec=plan.spec.name,
        artefact=artefact,
        evidence=verdict.evidence,
    )


def _other_files(run: Path, verdict: Verdict) -> Iterator[str]:
    if verdict.evidence is None:
        yield "verdict.json names no evidence"
        return
    told, now = verdict.evidence.files, evidence(run).files
    for name in sorted({*told, *now, *ALWAYS}):
        if name not in told:
            yield f"{name}: verdict.json does not name it"
        elif name not in now:
            yield f"{name} is gone"
        elif told[name] != now[name]:
            yield f"{name}: its hash is not the one in verdict.json"


def _other_items(measurements: Measurements, folder: Path) -> Iterator[str]:
    """Columns and values, from what the items say was observed."""
    index = items.read_index(folder)
    for id, scores in measurements.by_id.items():
        taken = items.taken_of(scores.metric.need, items.read(folder, index[id]) or [])
        if scores.reason is not None:
            continue
        if scores.metric.paths:
            # The files that such a metric reads belong to the spec: its columns are taken as they stand.
            value = scores.metric.point(scores.columns)
        else:
            columns, value, _ = computed(scores.metric, taken)  # type: ignore[assignment]
            if not _same_columns(scores, columns):
                yield f"{index[id].file}: the scores of its items are not those of {id}"
        if not _same(value, scores.value):
            yield f"{id}: the value is {value} from its items, and {scores.value} in the index"


def _same_columns(scores: Scores, columns: object) -> bool:
    import numpy as np

    if not isinstance(columns, dict) or set(columns) != set(scores.columns):
        return False
    return all(np.allclose(columns[name], scores.columns[name], rtol=0, atol=_SAME) for name in columns)


def _same(one: float | None, two: float | None) -> bool:
    if one is None or two is None:
        return one is two
    return math.isclose(one, two, rel_tol=_SAME, abs_tol=_SAME)


def _other_verdict(old: Verdict, new: Verdict) -> Iterator[str]:
    """Where a verdict is not what its evidence says."""
    one, two = (json.loads(to_json(each)) for each in (old, new))
    found = False
    for field in sorted(one.keys() | two.keys()):
        if field != "gates" and one.get(field) != two.get(field):
            found = True
            yield f"verdict.json: `{field}` is {_short(one.get(field))} and should be {_short(two.get(field))}"
    for number, gate in enumerate(two["gates"]):
        told = one["gates"][number] if number < len(one["gates"]) else {}
        for field in sorted(gate.keys() | told.keys()):
            if gate.get(field) != told.get(field):
                found = True
                change = f"{_short(told.get(field))} and should be {_short(gate.get(field))}"
                yield f"verdict.json: `{field}` of `{gate['rule']}` is {change}"
    if len(one["gates"]) > len(two["gates"]):
        found = True
        yield "verdict.json has gates that the plan has not"
    if not found:
        yield "verdict.json is not written as ftspec writes it"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _differences(old: Scores, new: Scores) -> Iterator[str]:
    id = old.measurement.id
    if old.metric.need in _TIMED:
        return
    if old.items != new.items:
        yield f"{id}: other rows were measured"
        return
    if not _same_columns(old, dict(new.columns)):
        yield f"{id}: the model's items are scored otherwise; {_value(new)} now, {_value(old)} before"


def _value(scores: Scores) -> str:
    return "no value" if scores.value is None else f"{scores.value:.6g}"


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
