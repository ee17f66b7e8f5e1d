"""A verdict, made again from what it rests on: any edit of any file is found.

The plan's digest, the hash of every file, the columns of every item, the value of every measurement and the whole text
of `verdict.json` must come out as they stand. What an author of all files together forges is found by `rescored`, which
compares with the model itself, and by a signature.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from ftspec.evaluate import items
from ftspec.evaluate.decide import decide
from ftspec.evaluate.kept import Damaged, kept
from ftspec.evaluate.results import Artefact, Evidence, Measurements, Scores, Verdict, to_json
from ftspec.evaluate.taking import computed
from ftspec.evaluate.written import file_hash, other_files, other_verdict
from ftspec.kinds.metrics import Need
from ftspec.plan.canonical import digest
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Decide, Evaluate
from ftspec.text.chain import find, lines_of, unchained

ALWAYS = ("plan.json", f"items/{items.INDEX}", "samples.jsonl")
"""What a verdict rests on, by name in the run's folder; each items file is bound by the index."""

_ORIGINS = ("model/ftspec.json", "model/merged/ftspec.json", "model/gguf/ftspec.json")
_WHERE_THERE = ("spec.ft", "spec.lock", *_ORIGINS, "drift.json", "search.json")
_PEOPLE, _STATISTICS = "ratings/*.jsonl", "statistics/*.json"
NOT_EVIDENCE = (".lock", "checkpoints/", "gates/")
"""All else in a run's folder: whose turn it is, states that a stopped training goes on from, and verdicts on new data,
each in a folder that is verified by itself."""

COVERS = 2
"""What a verdict of today binds. Since 2: statistics; and the record names it, and every file that is written later."""

_SAME = 1e-9
_TIMED = frozenset({Need.TIMINGS, Need.BATCH_TIMINGS, Need.MEMORY})
"""What no second measurement repeats."""


def evidence(run: Path) -> Evidence:
    """The hashes of a run's files as they are now; those that are not there are left out.

    The plan has the hashes of all data and of the base model, the index those of every items file.
    """
    told = [path.relative_to(run).as_posix() for each in (_PEOPLE, _STATISTICS) for path in sorted(run.glob(each))]
    names = (*ALWAYS, *_WHERE_THERE, *told)
    files = {name: file_hash(run / name) for name in names if (run / name).is_file()}
    return Evidence(files=files, record=_worked(_record(run)), covers=COVERS)


def verify(run: Path, artefact: Artefact | None, also: Sequence[Artefact] = ()) -> list[str]:
    """What is wrong with a run's evidence, in words; empty when all of it stands.

    Args:
        run: The run's folder.
        artefact: The artefact with the hash that its files have now.
        also: Its further forms, likewise.
    """
    found: list[str] = []
    try:
        for problem in _problems(run, artefact, also):
            found.append(problem)  # what was found before a file that cannot be read stays
    except OSError as error:
        name = Path(error.filename).name if error.filename else "a file"
        found.append(f"{name} cannot be read: {(error.strerror or str(error)).lower()}")
    except (ValueError, LookupError, TypeError) as error:
        # pydantic's and JSON's errors are ValueErrors: a file that cannot be read is evidence that does not stand.
        found.append(f"the evidence cannot be read: {str(error).splitlines()[0]}")
    return found


def rescored(old: Measurements, new: Measurements) -> list[str]:
    """Where a second measurement of the same model differs from what was kept; timings are not compared."""
    return [problem for id, scores in old.by_id.items() for problem in _differences(scores, new[id])]


def _problems(run: Path, artefact: Artefact | None, also: Sequence[Artefact]) -> Iterator[str]:
    plan = _plan((run / "plan.json").read_bytes())
    if digest(plan) != plan.digest:
        yield "plan.json: its digest is not that of its content"
    with _named("verdict.json"):
        text = (run / "verdict.json").read_text("utf-8")
        verdict = Verdict.model_validate_json(text)
    yield from _other_files(run, verdict)
    with _named(_RECORD):
        yield from _other_record(run, verdict)
    found = list(_other_entries(run / "items"))
    yield from found
    [evaluate], [decision] = plan.of(Evaluate), plan.of(Decide)
    try:
        measurements = kept(evaluate, run / "items")
    except Damaged as damage:
        if not found:
            yield str(damage)
        return
    yield from _other_items(measurements, run / "items")
    again = decide(
        decision,
        plan.gates,
        measurements,
        digest=plan.digest,
        spec=plan.spec.name,
        artefact=artefact,
        also=also,
        evidence=verdict.evidence,
        statistics=verdict.statistics,
        shipped=verdict.shipped,
    )
    if to_json(again) != text:
        yield from _other_verdict(verdict, again)


def _other_files(run: Path, verdict: Verdict) -> Iterator[str]:
    if verdict.evidence is None:
        yield "verdict.json names no evidence"
        return
    told, now = verdict.evidence.files, evidence(run).files
    for name in sorted({*told, *now, *ALWAYS}):
        if name not in told and verdict.evidence.covers < 2 and PurePosixPath(name).match(_STATISTICS):
            continue
        if name not in told:
            yield f"{name}: verdict.json does not name it"
        elif name not in now:
            yield f"{name} is gone"
        elif told[name] != now[name]:
            yield f"{name}: its hash is not the one in verdict.json"


def _plan(text: bytes) -> Plan:
    """The plan. Raises ValueError where it is none, which says so when a newer ftspec wrote it."""
    from ftspec import __version__

    try:
        return Plan.model_validate_json(text)
    except ValueError:
        with _named("plan.json"):
            told = json.loads(text)
        wrote = told.get("ftspec") if isinstance(told, dict) else None
        if isinstance(wrote, str) and wrote != __version__:
            raise ValueError(f"plan.json: ftspec {wrote} wrote it, and this is {__version__}") from None
        raise ValueError("plan.json: it is not a plan as ftspec writes it") from None


@contextmanager
def _named(file: str) -> Iterator[None]:
    """What is wrong with the content of a file is said with its name."""
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        told = f"{place}: {first['msg'].lower()}" if place else first["msg"].lower()
        raise ValueError(f"{file}: it is not as ftspec writes it ({told})") from None
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(f"{file}: it is not as ftspec writes it ({str(error).splitlines()[0]})") from None


def _record(run: Path) -> list[str]:
    path = run / _RECORD
    return lines_of(path.read_bytes()) if path.is_file() else []


def _worked(lines: Sequence[str]) -> str | None:
    """The chain of the last line that tells of a stage or an artefact that was made, not taken over."""
    found = (json.loads(line) for line in lines if '"event": "step_finished"' in line and '"chain"' in line)
    made = [each["chain"] for each in found if each["kind"] in _WORK and not each["reused"]]
    return made[-1] if made else None


_RECORD = "record.jsonl"
_WORK = frozenset({"generate", "train", "export"})


def _other_record(run: Path, verdict: Verdict) -> Iterator[str]:
    """Lines that were changed, work that the verdict rests on and that is told of no more, and other later files."""
    lines = _record(run)
    for number in unchained(lines):
        yield f"{_RECORD}: line {number} was changed, or one before it is missing"
    bound = verdict.evidence.record if verdict.evidence else None
    if bound is not None and find(lines, bound) is None:
        yield f"{_RECORD}: what the verdict rests on is not told there"
    covers = verdict.evidence.covers if verdict.evidence else 1
    if covers > 1:
        yield from other_verdict(run, lines)
    yield from other_files(run, lines, all_are_told=covers > 1)


def _other_entries(folder: Path) -> Iterator[str]:
    """Every file of the folder, those that no gate reads among them: answers that samples and judges show."""
    index = items.read_index(folder)
    for entry in index.values():
        if items.read(folder, entry) is None:
            yield f"{folder.name}/{entry.file} is not the file that was written"
    known = {items.INDEX, *(entry.file for entry in index.values())}
    for path in sorted(folder.iterdir()):
        if path.name not in known:
            yield f"{folder.name}/{path.name}: the index does not name it"


def _other_items(measurements: Measurements, folder: Path) -> Iterator[str]:
    """Columns and values, from what the items say was observed."""
    index = items.read_index(folder)
    for id, scores in measurements.by_id.items():
        taken = items.taken_of(scores.metric.need, items.read(folder, index[id]) or [])
        if scores.reason is not None:
            continue
        if any(getattr(scores.metric, name) is not None for name in scores.metric.paths):
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
