"""The gates: what each rule asked, what was measured, and where the interval lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ftspec.evaluate.results import GateResult, Verdict
from ftspec.plan.plan import Gate, Plan
from ftspec.report import numbers
from ftspec.report.charts.svg import Drawing
from ftspec.report.view.gate_drawing import drawing
from ftspec.report.view.gate_words import baseline_of, change_of, detectable_of, interval_of, shown_verdict, value_of
from ftspec.report.view.people import agreement


@dataclass(frozen=True, slots=True)
class GateView:
    """One gate as a row of the report."""

    verb: str
    rule: str
    because: str
    verdict: str
    """As `shown_verdict` says it, or `none` while nothing is decided."""

    reason: str = ""
    value: str = ""
    baseline: str = ""
    against: str = "before"
    """What the baseline is: `before`, or `shipped`."""

    change: str = ""
    """The value against the baseline; empty without one."""

    interval: str = ""
    n: str = ""
    detectable: str = ""
    seeds: str = ""
    """The values of all runs, where there are several."""

    people: str = ""
    """How far raters agree, where people rated."""

    drawing: Drawing | None = None


Items = Mapping[str, Sequence[Mapping[str, Any]]]
"""The lines of each measurement, by its id."""


def gates(plan: Plan, verdict: Verdict | None, items: Items) -> tuple[GateView, ...]:
    """The decided gates, or the plan's rules as long as there is no verdict."""
    if verdict is None:
        return tuple(_planned(gate) for gate in plan.gates)
    planned = {(gate.verb, gate.rule): gate for gate in plan.gates}
    return tuple(
        _decided(result, planned.get((result.verb, result.rule)), items, baseline_of(plan, verdict, result))
        for result in verdict.gates
    )


def confidence(verdict: Verdict | None) -> str:
    """`95 %`; where a correction made gates differ, from which to which."""
    found = sorted({gate.confidence for gate in verdict.gates if gate.interval}) if verdict else []
    ends = dict.fromkeys((found[0], found[-1])) if found else {}
    return " to ".join(numbers.share(each) for each in ends) or "confidence"


def _planned(gate: Gate) -> GateView:
    return GateView(gate.verb, gate.rule, gate.because or "", "none")


def _decided(gate: GateResult, planned: Gate | None, items: Items, against: str) -> GateView:
    return GateView(
        verb=gate.verb,
        rule=gate.rule,
        because=gate.because or "",
        verdict=shown_verdict(gate.verb, gate.verdict),
        reason=gate.reason or "",
        value=value_of(gate, gate.value),
        baseline=value_of(gate, gate.baseline),
        against=against,
        change=change_of(gate),
        interval=interval_of(gate),
        n=numbers.count(gate.n) if gate.n else "",
        detectable=detectable_of(gate),
        seeds=", ".join(value_of(gate, value) for value in gate.seeds),
        people=agreement(items.get(planned.measurement, ())) if planned else "",
        drawing=drawing(gate, planned),
    )
