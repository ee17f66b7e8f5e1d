"""A gate's interval, ready to be drawn: all of it on the axis that the interval is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal, assert_never

from ftspec.evaluate.contrast import contrast
from ftspec.evaluate.linear import comparisons
from ftspec.evaluate.results import GateResult, IntervalOf
from ftspec.plan.plan import Gate
from ftspec.report import numbers
from ftspec.report.charts import interval
from ftspec.report.charts.svg import Drawing
from ftspec.report.view.gate_words import interval_of, shown_verdict, value_of
from ftspec.spec.rules import Comparator

Write = Callable[[float], str]
Side = Literal["above", "below"]
_SIDES: Mapping[Comparator, Side] = {">": "above", ">=": "above", "<": "below", "<=": "below"}
_WIDTH = 300.0
"""It fits the table on a desk, and a phone."""


def drawing(gate: GateResult, planned: Gate | None) -> Drawing | None:
    """The drawing, or None where there is neither a value nor an interval. `planned` says on which side it passes."""
    point, baseline = _on_axis(gate)
    if point is None and gate.interval is None:
        return None
    low, high = gate.interval or (None, None)
    bounded = gate.ratio and gate.interval_of == "value"
    shown = interval.Interval(
        value=point,
        low=low,
        high=high,
        threshold=None if gate.verdict == "measured" else gate.bound,
        baseline=baseline,
        passing=passing_side(planned, gate.interval_of) if planned else None,
        verdict=shown_verdict(gate.verb, gate.verdict),
        limits=(0.0, 1.0) if bounded else None,
        title=_title(gate),
    )
    return interval.draw(shown, _WIDTH, _tick(gate))


def passing_side(gate: Gate, of: IntervalOf) -> Side | None:
    """On which side of the bound the interval must lie; None for `report` and where there are two sides."""
    if gate.condition is None:
        return None
    first = comparisons(gate.condition)[0]
    # Only the direction is asked here, and it does not depend on the points.
    asked = contrast(first, gate.measurement, defaultdict(lambda: 1.0))
    operator = first.operator if of == "margin" else asked.operator
    return _SIDES.get(operator)


def _on_axis(gate: GateResult) -> tuple[float | None, float | None]:
    """The value and the baseline on the interval's axis. A margin's point cannot be told from the two of them."""
    value, base = gate.value, gate.baseline
    match gate.interval_of:
        case "value":
            return value, base
        case "difference":
            return (None, None) if value is None or base is None else (value - base, 0.0)
        case "ratio":
            return (None, None) if value is None or not base else (value / base, 1.0)
        case "margin":
            return None, None
        case _:
            assert_never(gate.interval_of)


def _tick(gate: GateResult) -> Write:
    """How a value on the interval's axis is written."""
    match gate.interval_of:
        case "value":
            return partial(numbers.metric, ratio=gate.ratio, unit=gate.unit)
        case "difference" | "margin":
            return numbers.step if gate.ratio else numbers.signed
        case "ratio":
            return lambda value: f"{value:.4g}{numbers.THIN}×"
        case _:
            assert_never(gate.interval_of)


def _title(gate: GateResult) -> str:
    words = [f"{gate.rule}: {value_of(gate, gate.value)}"]
    if gate.interval:
        words.append(f"{numbers.share(gate.confidence)} interval {interval_of(gate)}")
    if gate.baseline is not None:
        words.append(f"baseline {value_of(gate, gate.baseline)}")
    return ", ".join([*words, gate.verdict])
