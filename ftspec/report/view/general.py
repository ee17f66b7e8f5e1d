"""What training did beside its task: scores on data that no stage reads, and how sure the model is when it is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate, Train
from ftspec.report.charts import reliability
from ftspec.report.charts.figure import HALF, Figure, figure
from ftspec.report.charts.reliability import Bin
from ftspec.report.read import RunFolder
from ftspec.report.view.gate_words import change_of, interval_of, value_of

_BINS = 10


@dataclass(frozen=True, slots=True)
class Kept:
    """One score on data that training does not touch, before and after."""

    name: str
    before: str
    after: str
    change: str
    interval: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """How sure the answers to one data set are, against how often they are right."""

    title: str
    figure: Figure
    sentence: str


def forgetting(run: RunFolder) -> tuple[Kept, ...]:
    """Every score with a value before training, over data that no stage reads."""
    if run.verdict is None:
        return ()
    trained = {step.data.data.removeprefix("data.") for step in run.plan.of(Train)}
    found: dict[str, Kept] = {}
    for gate in run.verdict.gates:
        if gate.baseline is None or gate.value is None or not gate.data:
            continue
        if any(f"{part}.".startswith(f"{data}.") for part in gate.data.split(", ") for data in trained):
            continue
        name = f"{gate.metric}({gate.data})"
        before, after = value_of(gate, gate.baseline), value_of(gate, gate.value)
        found.setdefault(name, Kept(name, before, after, change_of(gate), interval_of(gate)))
    return tuple(found.values())


def calibration(run: RunFolder) -> tuple[Calibration, ...]:
    """A reliability diagram for every `calibration_error` of a trained model."""
    return tuple(_calibrations(run.plan, run.items))


def _calibrations(plan: Plan, items: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[Calibration]:
    for each in (measurement for step in plan.of(Evaluate) for measurement in step.measurements):
        if each.metric["name"] != "calibration_error" or each.subject.startswith("model."):
            continue
        scores = [line["scores"] for line in items.get(each.id, ()) if line.get("scores")]
        if scores:
            yield Calibration(each.id, _drawn(_bins(scores)), _told(scores))


def _drawn(bins: tuple[Bin, ...]) -> Figure:
    return figure(lambda width: reliability.draw(bins, width), HALF)


def _bins(scores: Sequence[Mapping[str, float]]) -> tuple[Bin, ...]:
    found: dict[int, list[Mapping[str, float]]] = {}
    for score in scores:
        found.setdefault(min(int(score["confidence"] * _BINS), _BINS - 1), []).append(score)
    return tuple(Bin(_mean(some, "confidence"), _mean(some, "right"), len(some)) for _, some in sorted(found.items()))


def _told(scores: Sequence[Mapping[str, float]]) -> str:
    sure, right = _mean(scores, "confidence"), _mean(scores, "right")
    word = "surer than it is right" if sure - right > 0.05 else "as sure as it is right"
    word = "less sure than it is right" if right - sure > 0.05 else word
    return f"On average the model is {100 * sure:.1f} % sure and {100 * right:.1f} % right: {word}."


def _mean(scores: Sequence[Mapping[str, float]], name: str) -> float:
    return sum(score[name] for score in scores) / len(scores)
