"""A run folder as frozen data. What is missing or damaged is said, not hidden; only a plan must be there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ftspec.errors import CannotRun
from ftspec.evaluate import items
from ftspec.evaluate.results import Verdict
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Train
from ftspec.report import events
from ftspec.report.history import History, tell
from ftspec.run.folder import RunFolder as Places
from ftspec.run.session import digests_of
from ftspec.run.stages import CURVE, Stages

M = TypeVar("M", bound=BaseModel)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Sample(_File):
    """One line of `samples.jsonl`."""

    item: str
    data: str = ""
    prompt: str
    expected: str
    before: str | None = None
    after: str | None = None


class Trial(_File):
    """One trial of `search.json`."""

    settings: tuple[str, ...]
    value: float | None = None
    interval: tuple[float, float] | None = None
    n: int | None = None
    failure: str | None = None
    best: bool = False


class Search(_File):
    """`search.json`: what was tried before the run."""

    metric: str
    direction: str
    ratio: bool = False
    unit: str = ""
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class RunFolder:
    """All that a run has left behind so far."""

    path: Path
    plan: Plan
    history: History
    verdict: Verdict | None
    items: Mapping[str, tuple[Mapping[str, Any], ...]]
    """The lines of each measurement, by its id."""

    samples: tuple[Sample, ...]
    statistics: Mapping[str, Mapping[str, Any]]
    """Of the rows of each data set, by its name."""

    search: Search | None
    """The trials that the run's settings won, where there were any."""

    notes: tuple[str, ...]
    """What could not be read, a sentence each."""


def read_run(path: Path) -> RunFolder:
    """Raises `CannotRun` when the folder holds no readable plan."""
    notes: list[str] = []
    plan = _plan(path / "plan.json")
    record = list(events.read(_text(path / "record.jsonl", notes) or ""))
    history = tell([*_kept_curves(path, plan, record, notes), *record])
    if history.unreadable:
        notes.append(f"record.jsonl: {history.unreadable} lines are torn or not understood")
    verdict_text = _text(path / "verdict.json", notes)
    return RunFolder(
        path=path,
        plan=plan,
        history=history,
        verdict=_verdict(verdict_text, notes) if verdict_text is not None else None,
        items=dict(_items(path / "items", notes)),
        samples=tuple(_samples(path / "samples.jsonl", notes)),
        statistics=dict(_statistics(path / "statistics", notes)),
        search=_search(path / "search.json", notes),
        notes=tuple(notes),
    )


def _kept_curves(
    path: Path, plan: Plan, record: Sequence[events.Event | None], notes: list[str]
) -> Iterator[events.Event]:
    """What the training of stages was, which the run took over from an earlier one."""
    logged = {event.id for event in record if isinstance(event, events.Log)}
    finished = {event.id for event in record if isinstance(event, events.StepFinished)}
    digests = digests_of(plan)
    for step in plan.of(Train):
        if step.id in finished - logged:
            kept = Stages.place(Places(path).stages, digests[step.id]) / CURVE
            yield from (event for event in events.read(_text(kept, notes) or "") if event is not None)


def _plan(path: Path) -> Plan:
    try:
        return Plan.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        folder = path.parent.as_posix()
        raise CannotRun(f"`{folder}` is not a run folder: it has no plan.json", "name one of `ftspec runs`") from None
    except (OSError, ValidationError) as error:
        raise CannotRun(f"`{path.as_posix()}` cannot be read: {_brief(error)}", "run the spec again") from error


def _verdict(text: str, notes: list[str]) -> Verdict | None:
    try:
        return Verdict.model_validate_json(text)
    except ValidationError as error:
        notes.append(f"verdict.json cannot be read, so no verdict is shown: {_brief(error)}")
        return None


def _search(path: Path, notes: list[str]) -> Search | None:
    text = _text(path, notes)
    try:
        return None if text is None else Search.model_validate_json(text)
    except ValidationError as error:
        notes.append(f"search.json cannot be read, so no trials are shown: {_brief(error)}")
        return None


def _samples(path: Path, notes: list[str]) -> Iterator[Sample]:
    for number, line in enumerate(_lines(path, notes), 1):
        try:
            yield Sample.model_validate(line)
        except ValidationError as error:
            notes.append(f"samples.jsonl, line {number}: {_brief(error)}")


def _statistics(folder: Path, notes: list[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted(folder.glob("*.json")):
        try:
            yield path.stem, json.loads(_text(path, notes) or "")
        except ValueError:
            notes.append(f"statistics/{path.name} cannot be read: they are not shown")


def _items(folder: Path, notes: list[str]) -> Iterator[tuple[str, tuple[dict[str, Any], ...]]]:
    index = items.read_index(folder)
    if not index and (folder / items.INDEX).exists():
        notes.append(f"items/{items.INDEX} cannot be read: no answers are shown")
    for id, entry in index.items():
        try:
            lines = items.read(folder, entry)
        except ValueError as error:
            lines = None
            notes.append(f"items/{entry.file}: {_brief(error)}")
        if lines is None:
            notes.append(f"items/{entry.file} is missing or was changed after the run: its rows are not shown")
        else:
            yield id, tuple(lines)


def _lines(path: Path, notes: list[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate((_text(path, notes) or "").split("\n"), 1):
        try:
            value = json.loads(line)
        except json.JSONDecodeError:
            value = None
        if isinstance(value, dict):
            yield value
        elif line.strip():
            notes.append(f"{path.name}, line {number} is not a JSON object")


def _text(path: Path, notes: list[str]) -> str | None:
    """The text of a file, or None when it is not there or cannot be read."""
    try:
        # One torn character at the end of a record must not hide all that stands before it.
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        notes.append(f"{path.name} cannot be read: {_brief(error)}")
        return None


def _brief(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg'].lower()}"
    return str(getattr(error, "strerror", None) or error).lower()
