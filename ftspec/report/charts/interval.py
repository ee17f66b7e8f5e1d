"""One gate as dot and whisker: the score with its interval, beside the threshold and the baseline."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from ftspec.report.charts import svg
from ftspec.report.charts.scale import Scale, around
from ftspec.report.charts.svg import Drawing

_TOP, _MIDDLE, _BOTTOM = 15.0, 28.0, 41.0


@dataclass(frozen=True, slots=True)
class Interval:
    """All values are on one axis: that of the score, of its difference from the baseline, or of its ratio to it."""

    value: float | None
    low: float | None
    high: float | None
    threshold: float | None
    baseline: float | None
    passing: Literal["above", "below"] | None
    """The side of the threshold on which the gate passes."""

    verdict: str
    """`pass`, `fail`, `inconclusive` or `none`: the colour of the dot."""

    limits: tuple[float, float] | None = None
    """Values that cannot be passed: 0 and 1 for a share."""

    title: str = ""


def draw(interval: Interval, width: float, label: Callable[[float], str]) -> Drawing:
    """The drawing, `width` pixels wide; `label` writes values of the axis."""
    x = Scale(*_range(interval), 10, width - 10)
    body = [
        _passing_side(interval, x),
        svg.line(x.start, _BOTTOM, x.end, _BOTTOM, "axis"),
        *(_tick(x(value), label(value), width) for value in x.ticks(3)),
        _threshold(interval.threshold, x, label, width),
        _baseline(interval.baseline, x),
        _whisker(interval, x),
    ]
    return Drawing(interval.title, width, 60, Markup("").join(body), "interval")


def _range(interval: Interval) -> tuple[float, float]:
    drawn = (interval.value, interval.low, interval.high, interval.threshold, interval.baseline)
    low, high = around([value for value in drawn if value is not None], room=0.1)
    floor, ceiling = interval.limits or (-math.inf, math.inf)
    low, high = max(low, floor), min(high, ceiling)
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _passing_side(interval: Interval, x: Scale) -> Markup:
    if interval.threshold is None or interval.passing is None:
        return Markup("")
    edge = x(interval.threshold)
    start, end = (edge, x.end) if interval.passing == "above" else (x.start, edge)
    return svg.rect(start, _TOP, end - start, _BOTTOM - _TOP, "passing")


def _tick(x: float, label: str, width: float) -> Markup:
    mark = svg.line(x, _BOTTOM, x, _BOTTOM + 3, "axis")
    return mark + svg.text(label, _inside(x, label, width), _BOTTOM + 15, "tick", "middle")


def _threshold(value: float | None, x: Scale, label: Callable[[float], str], width: float) -> Markup:
    if value is None:
        return Markup("")
    place, words = x(value), label(value)
    mark = svg.line(place, _TOP - 2, place, _BOTTOM, "threshold")
    return mark + svg.text(words, _inside(place, words, width), _TOP - 5, "key", "middle")


def _baseline(value: float | None, x: Scale) -> Markup:
    if value is None:
        return Markup("")
    place = x(value)
    corners = [(place, _MIDDLE - 5), (place + 5, _MIDDLE), (place, _MIDDLE + 5), (place - 5, _MIDDLE)]
    path = " ".join(f"{svg.number(px)},{svg.number(py)}" for px, py in corners)
    return svg.element("polygon", svg.tooltip("baseline"), points=path, class_="baseline")


def _whisker(interval: Interval, x: Scale) -> Markup:
    parts: list[str] = []
    if interval.low is not None and interval.high is not None:
        low, high = x(interval.low), x(interval.high)
        parts += [
            svg.line(low, _MIDDLE, high, _MIDDLE, f"whisker {interval.verdict}"),
            svg.line(low, _MIDDLE - 4, low, _MIDDLE + 4, f"whisker {interval.verdict}"),
            svg.line(high, _MIDDLE - 4, high, _MIDDLE + 4, f"whisker {interval.verdict}"),
        ]
    if interval.value is not None:
        parts.append(svg.circle(x(interval.value), _MIDDLE, 4.5, f"dot {interval.verdict}"))
    return Markup("").join(parts)


def _inside(x: float, label: str, width: float) -> float:
    """Where a centred label stays within the drawing."""
    half = 3.4 * len(label)
    return min(max(x, half), width - half)
