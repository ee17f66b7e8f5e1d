"""One quantity over the optimizer steps, filled to the axis unless it goes below zero; a line to hold it against."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ftspec.report.charts import svg
from ftspec.report.charts.curve import Point, thin
from ftspec.report.charts.frame import Box, Label, frame
from ftspec.report.charts.scale import Scale, around
from ftspec.report.charts.svg import Drawing


@dataclass(frozen=True, slots=True)
class Series:
    """A quantity by optimizer step. `reference` is drawn as a line across, with its words."""

    steps: int
    points: tuple[Point, ...]
    title: str
    reference: tuple[float, str] | None = None


def draw(series: Series, width: float, label: Label) -> Drawing:
    """The drawing, `width` pixels wide; `label` writes the ticks of the quantity."""
    box = Box(48, 14, width - 8, 150)
    points = thin(series.points)
    known = [value for _, value in points] + ([series.reference[0]] if series.reference else [])
    x = Scale(0, max(series.steps, 1), box.left, box.right)
    y = Scale(*around(known, from_zero=True, room=0.12), box.bottom, box.top)
    placed = [(x(step), y(value)) for step, value in points]
    body = [
        frame(box, x, y, x_name="optimizer steps", y_label=label, rows=3),
        _area(placed, box.bottom) if min(known, default=0) >= 0 else Markup(""),
        svg.polyline(placed, "line training"),
        _reference(series.reference, y, box) if series.reference else Markup(""),
    ]
    return Drawing(series.title, width, box.bottom + 40, Markup("").join(body))


def _area(points: list[Point], bottom: float) -> Markup:
    if not points:
        return Markup("")
    corners = [(points[0][0], bottom), *points, (points[-1][0], bottom)]
    path = " ".join(f"{svg.number(x)},{svg.number(y)}" for x, y in corners)
    return svg.element("polygon", points=path, class_="area training")


def _reference(reference: tuple[float, str], y: Scale, box: Box) -> Markup:
    value, words = reference
    place = y(value)
    # Below the line when there is no room above it.
    text_at = place - 5 if place - box.top > 14 else place + 14
    return svg.line(box.left, place, box.right, place, "mark") + svg.text(words, box.right, text_at, "key", "end")
