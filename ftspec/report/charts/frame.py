"""The frame of a chart with two axes: grid, ticks and their labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from ftspec.report.charts import svg
from ftspec.report.charts.scale import Scale, tick_label

Label = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Box:
    """The area inside the axes, in pixels."""

    left: float
    top: float
    right: float
    bottom: float


def frame(box: Box, x: Scale, y: Scale, *, x_name: str, y_label: Label = tick_label, rows: int = 4) -> Markup:
    """Horizontal grid lines with labels on the left, ticks with labels below, the name of the lower axis at its end."""
    columns = max(2, int((box.right - box.left) // 90))
    return Markup("").join(
        [
            *(_row(box, y(value), y_label(value)) for value in y.ticks(rows)),
            svg.line(box.left, box.bottom, box.right, box.bottom, "axis"),
            *(_column(box, x(value), tick_label(value)) for value in _whole(x.ticks(columns))),
            svg.text(x_name, box.right, box.bottom + 32, "name", "end"),
        ]
    )


def legend(entries: list[tuple[str, str]], x: float, y: float) -> Markup:
    """A row of keys, each a short stroke of a class and its words."""
    parts: list[str] = []
    for class_, words in entries:
        parts.append(svg.line(x, y - 4, x + 16, y - 4, class_))
        parts.append(svg.text(words, x + 22, y, "key"))
        x += 40 + 6.4 * len(words)
    return Markup("").join(parts)


def _row(box: Box, y: float, label: str) -> Markup:
    return svg.line(box.left, y, box.right, y, "grid") + svg.text(label, box.left - 8, y + 4, "tick", "end")


def _column(box: Box, x: float, label: str) -> Markup:
    mark = svg.line(x, box.bottom, x, box.bottom + 4, "axis")
    return mark + svg.text(label, x, box.bottom + 17, "tick", "middle")


def _whole(values: list[float]) -> list[float]:
    return [value for value in values if value == int(value)]
