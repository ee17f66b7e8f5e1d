"""A reliability diagram: how often answers of a given confidence are right (DeGroot and Fienberg 1983)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ftspec.report.charts import svg
from ftspec.report.charts.svg import Drawing

_LEFT, _TOP, _FOOT = 44.0, 12.0, 44.0
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers of one band of confidence."""

    confidence: float
    """Their mean."""

    right: float
    """The share of them that is right."""

    count: int


def draw(bins: Sequence[Bin], width: float) -> Drawing:
    """The drawing, `width` pixels wide. A dot on the diagonal is as right as it is sure; its area is its rows."""
    side = min(width - _LEFT - 16, 300.0)

    def place(x: float, y: float) -> tuple[float, float]:
        return _LEFT + side * x, _TOP + side * (1 - y)

    most = max((each.count for each in bins), default=1)
    frame = [_tick(share, side) for share in _TICKS]
    diagonal = svg.line(*place(0, 0), *place(1, 1), "threshold")
    path = svg.polyline([place(each.confidence, each.right) for each in bins], "whisker")
    dots = [_dot(each, place(each.confidence, each.right), most) for each in bins]
    names = [
        svg.text("confidence", _LEFT + side, _TOP + side + 34, "name", "end"),
        svg.text("right", _LEFT + 6, _TOP + 12, "name"),
    ]
    title = f"Reliability diagram over {sum(each.count for each in bins)} rows"
    body = Markup("").join([*frame, diagonal, path, *dots, *names])
    return Drawing(title, width, _TOP + side + _FOOT, body, "reliability")


def _tick(share: float, side: float) -> Markup:
    x, y = _LEFT + side * share, _TOP + side * (1 - share)
    label = f"{100 * share:.0f} %"
    grid = svg.line(_LEFT, y, _LEFT + side, y, "grid")
    beside = svg.text(label, _LEFT - 8, y + 4, "tick", "end")
    return grid + beside + svg.text(label, x, _TOP + side + 18, "tick", "middle")


def _dot(each: Bin, at: tuple[float, float], most: int) -> Markup:
    told = f"{each.count} rows with {100 * each.confidence:.0f} % confidence: {100 * each.right:.0f} % right"
    return svg.circle(*at, 3 + 6 * (each.count / most) ** 0.5, "dot", svg.tooltip(told))
