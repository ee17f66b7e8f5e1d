"""What a gate measured, in words: as the terminal writes it, with the spaces that a page needs."""

from __future__ import annotations

from ftspec.evaluate.numbers import interval_text, short_unit, value_text
from ftspec.evaluate.results import GateResult, Verdict
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate
from ftspec.report import numbers


def shown_verdict(verb: str, verdict: str) -> str:
    """`pass`, `fail`, `inconclusive`, `measured`, and `warning` where a rule that only warns does not hold."""
    return "warning" if verb == "warn" and verdict != "pass" else verdict


def value_of(gate: GateResult, value: float | None) -> str:
    """A value as the terminal writes it; empty where there is none."""
    if value is None:
        return ""
    # The terminal names long units beside the rule.
    long = "" if short_unit(gate) or not gate.unit else f" {gate.unit}"
    return _thin(value_text(value, gate) + long)


def baseline_of(plan: Plan, verdict: Verdict, gate: GateResult) -> str:
    """What the baseline of a gate is: the model `before` training, or the one that `shipped` last, if any has."""
    measured = {each.id: each.subject for step in plan.of(Evaluate) for each in step.measurements}
    planned = next((each for each in plan.gates if (each.verb, each.rule) == (gate.verb, gate.rule)), None)
    told = measured.get(planned.baseline) if planned is not None and planned.baseline is not None else None
    return "shipped" if told == "shipped" and verdict.shipped else "before"


def change_of(gate: GateResult) -> str:
    """The value against the baseline: in points, or as a quotient."""
    if gate.value is None or gate.baseline is None:
        return ""
    if gate.ratio:
        return f"{numbers.points(gate.value - gate.baseline)} points"
    if gate.baseline > 0:
        return f"× {gate.value / gate.baseline:.3f}"
    return numbers.signed(gate.value - gate.baseline)


def interval_of(gate: GateResult) -> str:
    """The interval in terms of what it is about; empty without one."""
    if gate.interval is None:
        return ""
    points = " points" if gate.ratio and gate.interval_of in ("difference", "margin") else ""
    return _thin(interval_text(gate)) + points


def detectable_of(gate: GateResult) -> str:
    """The smallest difference that the items could have shown; empty where it is not known."""
    if gate.detectable is None:
        return ""
    if gate.interval_of == "ratio":
        return f"{gate.detectable:.3f}{numbers.THIN}×"
    if gate.ratio:
        return f"{gate.detectable * 100:.1f} points"
    return value_of(gate, gate.detectable)


def _thin(text: str) -> str:
    return text.replace(" %", f"{numbers.THIN}%").replace(" ×", f"{numbers.THIN}×").replace("-", numbers.MINUS)
