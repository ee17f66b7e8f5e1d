"""The record told in order: how the run ended, what each stage logged, how long each step took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

from ftspec.report import events
from ftspec.report.events import Event

E = TypeVar("E", bound=Event)


class State(StrEnum):
    """How far a run has come."""

    FINISHED = "finished"
    FAILED = "failed"
    STOPPED = "stopped"
    UNFINISHED = "unfinished"
    """It goes on now, or its process was killed: the record alone cannot tell."""

    NOT_STARTED = "not started"


@dataclass(frozen=True)
class Stage:
    """What one train step logged. A step trained twice, after a resumption, counts as trained last."""

    id: str
    logs: tuple[events.Log, ...]
    validations: tuple[events.Validation, ...]
    resumed: tuple[int, ...]
    finished: events.StepFinished | None


@dataclass(frozen=True)
class History:
    """The whole record."""

    state: State
    detail: str
    """The failure's message, or what stopped the run and where."""

    starts: tuple[events.RunStarted, ...]
    stages: tuple[Stage, ...]
    steps: tuple[events.StepFinished, ...]
    measured: tuple[events.Measured, ...]
    finished: events.RunFinished | None
    seconds: float
    """Wall time of all processes that worked on the run, each up to its last event."""

    unreadable: int
    """Lines that are torn or not understood."""

    @property
    def began(self) -> datetime | None:
        """When the run was first started, UTC."""
        return self.starts[0].time if self.starts else None

    def stage(self, id: str) -> Stage | None:
        """The stage of one train step, or None when it has not begun."""
        return next((stage for stage in self.stages if stage.id == id), None)


def tell(lines: Iterable[Event | None]) -> History:
    """The history behind the lines of a record."""
    seen = list(lines)
    known = [event for event in seen if event is not None]
    state, detail = _ending(known)
    finishes = _of(known, events.StepFinished)
    finished = _of(known, events.RunFinished)
    return History(
        state=state,
        detail=detail,
        starts=tuple(_of(known, events.RunStarted)),
        stages=tuple(_stage(id, known) for id in _stage_ids(known)),
        steps=tuple(_settled(id, finishes) for id in dict.fromkeys(event.id for event in finishes)),
        measured=tuple({event.id: event for event in _of(known, events.Measured)}.values()),
        finished=finished[-1] if finished else None,
        seconds=_seconds(known),
        unreadable=len(seen) - len(known),
    )


def _ending(known: Sequence[Event]) -> tuple[State, str]:
    """How the latest process ended; one that started after a failure has not failed."""
    for event in reversed(known):
        match event:
            case events.RunFinished():
                return State.FINISHED, ""
            case events.Failed():
                return State.FAILED, event.message
            case events.Stopped():
                place = "" if event.step is None else f" at step {event.step}"
                return State.STOPPED, f"by {event.signal}{place}"
            case events.RunStarted():
                break
            case _:
                continue
    return (State.UNFINISHED, "") if known else (State.NOT_STARTED, "")


def _stage_ids(known: Sequence[Event]) -> list[str]:
    named = [
        event.id
        for event in known
        if isinstance(event, events.Log) or (isinstance(event, events.StepFinished) and event.kind == "train")
    ]
    return list(dict.fromkeys(named))


def _stage(id: str, known: Sequence[Event]) -> Stage:
    logs = [event for event in _of(known, events.Log) if event.id == id]
    validations = [event for event in _of(known, events.Validation) if event.id == id]
    finishes = _of(known, events.StepFinished)
    return Stage(
        id=id,
        logs=tuple(sorted({log.step: log for log in logs}.values(), key=lambda log: log.step)),
        validations=tuple(sorted({each.step: each for each in validations}.values(), key=lambda each: each.step)),
        resumed=_resumptions(id, known),
        finished=_settled(id, finishes) if any(event.id == id for event in finishes) else None,
    )


def _settled(id: str, finishes: Sequence[events.StepFinished]) -> events.StepFinished:
    """The last time a step was done; that it was kept later on says nothing about what it took."""
    mine = [event for event in finishes if event.id == id]
    return next((event for event in reversed(mine) if not event.reused), mine[-1])


def _seconds(known: Sequence[Event]) -> float:
    """From each start to the last event before the next one."""
    total = 0.0
    for before, event in pairwise(known):
        if not isinstance(event, events.RunStarted):
            total += (event.time - before.time).total_seconds()
    return total


def _resumptions(id: str, known: Sequence[Event]) -> tuple[int, ...]:
    """The first step that each later process logged of a stage that an earlier one had begun."""
    first: list[int] = []
    fresh = begun = False
    for event in known:
        if isinstance(event, events.RunStarted):
            fresh = True
        elif isinstance(event, events.Log) and event.id == id:
            if fresh and begun:
                first.append(event.step)
            fresh, begun = False, True
    return tuple(first)


def _of(known: Sequence[Event], kind: type[E]) -> list[E]:
    return [event for event in known if isinstance(event, kind)]
