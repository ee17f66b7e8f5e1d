"""One trial of a search as dot and whisker, on the scale that all trials share."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ftspec.report.charts import svg
from ftspec.report.charts.scale import Scale, around
from ftspec.report.charts.svg import Drawing

_MIDDLE = 9.0

Span = tuple[float, float]


def draw(value: float, interval: Span | None, among: Sequence[float], width: float, title: str, best: bool) -> Drawing:
    """The drawing, `width` pixels wide; `among` are the values and ends of all trials."""
    x = Scale(*around(among), 6, width - 6)
    kind = "pass" if best else "other"
    body = [svg.line(x.start, _MIDDLE, x.end, _MIDDLE, "grid")]
    if interval is not None:
        body.append(svg.line(x(interval[0]), _MIDDLE, x(interval[1]), _MIDDLE, f"whisker {kind}"))
    body.append(svg.circle(x(value), _MIDDLE, 4.5, f"dot {kind}"))
    return Drawing(title, width, 18, Markup("").join(body), "interval")
