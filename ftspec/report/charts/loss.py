"""The loss curve with validation, and the learning rate below it on the same steps."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ftspec.report import numbers
from ftspec.report.charts import svg
from ftspec.report.charts.curve import Point, thin
from ftspec.report.charts.frame import Box, frame, legend
from ftspec.report.charts.scale import Scale, around
from ftspec.report.charts.svg import Drawing


@dataclass(frozen=True, slots=True)
class LossCurve:
    """What one stage logged, by optimizer step. Losses are mean nats a trained token."""

    steps: int
    """The planned number of optimizer steps: the right end of the axis."""

    training: tuple[Point, ...]
    validation: tuple[Point, ...] = ()
    learning_rate: tuple[Point, ...] = ()
    resumed: tuple[int, ...] = ()
    """Steps at which an interrupted run went on."""

    name: str = ""


def draw(curve: LossCurve, width: float) -> Drawing:
    """The drawing, `width` pixels wide."""
    left, right = 44.0, width - 8.0
    upper = Box(left, 30, right, 230)
    lower = Box(left, 258, right, 298) if curve.learning_rate else upper
    x = Scale(0, max(curve.steps, 1), left, right)
    y = Scale(*_range(curve), upper.bottom, upper.top)
    body = [
        frame(Box(left, 30, right, lower.bottom), x, y, x_name="optimizer steps"),
        *(_resumed(x(step), upper) for step in curve.resumed),
        _learning_rate(curve, x, lower) if curve.learning_rate else Markup(""),
        svg.polyline(_placed(curve.training, x, y), "line training"),
        svg.polyline(_placed(curve.validation, x, y), "line validation"),
        *(_dot(point, x, y) for point in thin(curve.validation, 60)),
        legend(_keys(curve), left, 14),
    ]
    return Drawing(_title(curve), width, lower.bottom + 40, Markup("").join(body), "loss")


def _range(curve: LossCurve) -> tuple[float, float]:
    losses = [loss for _, loss in thin(curve.training) + thin(curve.validation)]
    low = min(losses, default=0.0)
    return around(losses, from_zero=low < 0.5 * max(losses, default=1.0))


def _placed(points: tuple[Point, ...], x: Scale, y: Scale) -> list[Point]:
    return [(x(step), y(value)) for step, value in thin(points)]


def _dot(point: Point, x: Scale, y: Scale) -> Markup:
    step, loss = point
    tip = svg.tooltip(f"step {step:.0f}: validation {numbers.plain(loss)}")
    return svg.circle(x(step), y(loss), 3, "dot validation", tip)


def _learning_rate(curve: LossCurve, x: Scale, box: Box) -> Markup:
    peak = max((rate for _, rate in curve.learning_rate), default=0.0) or 1.0
    y = Scale(0, peak * 1.05, box.bottom, box.top)
    points = _placed(curve.learning_rate, x, y)
    area = [(points[0][0], box.bottom), *points, (points[-1][0], box.bottom)] if points else []
    path = " ".join(f"{svg.number(px)},{svg.number(py)}" for px, py in area)
    return Markup("").join(
        [
            svg.element("polygon", points=path, class_="area rate"),
            svg.polyline(points, "line rate"),
            svg.text(f"learning rate, peak {numbers.scientific(peak)}", box.right, box.top - 6, "key", "end"),
        ]
    )


def _resumed(x: float, box: Box) -> Markup:
    return svg.line(x, box.top, x, box.bottom, "mark") + svg.text("resumed", x + 4, box.top + 10, "tick")


def _keys(curve: LossCurve) -> list[tuple[str, str]]:
    named = (("training", curve.training), ("validation", curve.validation))
    return [(f"line {name}", f"{name} {numbers.plain(points[-1][1])}") for name, points in named if points]


def _title(curve: LossCurve) -> str:
    first, last = curve.training[0], curve.training[-1]
    words = f"Loss of {curve.name}: from {numbers.plain(first[1])} at step {first[0]:.0f} to "
    words += f"{numbers.plain(last[1])} at step {last[0]:.0f} of {curve.steps}"
    if curve.validation:
        words += f"; validation ends at {numbers.plain(curve.validation[-1][1])}"
    return words
