"""What the plan said it would take, beside what it took."""

from __future__ import annotations

from dataclasses import dataclass

from ftspec.plan.explain.words import money
from ftspec.plan.plan import Plan
from ftspec.report import numbers
from ftspec.report.charts.parts import single
from ftspec.report.charts.svg import Drawing
from ftspec.report.history import History


@dataclass(frozen=True, slots=True)
class Estimate:
    """One quantity, predicted and actual; the actual one is empty when the run has not ended."""

    name: str
    predicted: str
    actual: str
    quotient: str
    """Actual over predicted."""

    note: str


@dataclass(frozen=True, slots=True)
class StepTime:
    """How long one plan step took."""

    id: str
    seconds: str
    bar: Drawing
    reused: bool


@dataclass(frozen=True, slots=True)
class MemoryPart:
    """One part of the predicted peak."""

    name: str
    size: str
    bar: Drawing


@dataclass(frozen=True, slots=True)
class Costs:
    """Time, memory and money."""

    estimates: tuple[Estimate, ...]
    steps: tuple[StepTime, ...]
    memory: tuple[MemoryPart, ...]
    memory_step: str


def costs(plan: Plan, history: History) -> Costs:
    """Predicted values come from the run's end where it has them, since those are what was promised at its start."""
    return Costs(
        estimates=(_time(plan, history), _memory(plan, history), *_money(plan)),
        steps=_steps(history),
        memory=_parts(plan),
        memory_step=plan.resources.memory.step,
    )


def took(history: History) -> float:
    """Seconds: as the one process measured them itself, else those of all processes together."""
    return history.finished.seconds if history.finished and len(history.starts) == 1 else history.seconds


def _time(plan: Plan, history: History) -> Estimate:
    end = history.finished
    promised = end.predicted_seconds if end else None
    predicted = plan.resources.time_seconds if promised is None else promised
    actual = took(history) if end else None
    shown = "" if actual is None else numbers.duration(actual)
    return Estimate(
        "time", numbers.duration(predicted), shown, _quotient(actual, predicted), "; ".join(_time_notes(plan, history))
    )


def _time_notes(plan: Plan, history: History) -> list[str]:
    resources, notes = plan.resources, []
    if resources.time_source:
        notes.append(f"prediction: {resources.time_source}")
    if resources.time_range:
        low, high = map(numbers.duration, resources.time_range)
        notes.append(f"expected between {low} and {high}")
    if len(history.starts) > 1:
        notes.append(f"the actual time is that of {len(history.starts)} starts together")
    return notes


def _memory(plan: Plan, history: History) -> Estimate:
    end, planned = history.finished, plan.resources.memory
    promised = end.predicted_memory_bytes if end else None
    predicted = planned.total_bytes if promised is None else promised
    actual = end.peak_memory_bytes if end else None
    shown = "" if actual is None else numbers.size(actual)
    note = f"of {numbers.size(planned.available_bytes)} on {planned.device}"
    return Estimate("peak memory", numbers.size(predicted), shown, _quotient(actual, predicted), note)


def _money(plan: Plan) -> tuple[Estimate, ...]:
    if plan.resources.cost is None:
        return ()
    return (Estimate("cost", money(plan.resources.cost), "", "", "at the hourly price in the spec"),)


def _quotient(actual: float | None, predicted: float) -> str:
    return f"{actual / predicted:.2f} ×" if actual is not None and predicted > 0 else ""


def _steps(history: History) -> tuple[StepTime, ...]:
    longest = max((step.seconds for step in history.steps), default=0.0) or 1.0
    return tuple(
        StepTime(
            id=step.id,
            seconds=numbers.duration(step.seconds),
            bar=single(step.seconds / longest, f"{step.id} took {numbers.duration(step.seconds)}", 160),
            reused=step.reused,
        )
        for step in history.steps
    )


def _parts(plan: Plan) -> tuple[MemoryPart, ...]:
    memory = plan.resources.memory
    largest = max(memory.parts.values(), default=0) or 1
    parts = sorted(memory.parts.items(), key=lambda part: (-part[1], part[0]))
    return tuple(
        MemoryPart(name, numbers.size(size), single(size / largest, f"{name}: {numbers.size(size)}", 160))
        for name, size in parts
        if size
    )
