"""SVG by hand: elements whose text and attributes are always escaped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from ftspec.report.escape import visible

Attribute = str | float | None


def element(name: str, *children: str, **attributes: Attribute) -> Markup:
    """One element. `class_` stands for `class`, `stroke_width` for `stroke-width`; None leaves an attribute out."""
    inside = "".join(map(escape, children))
    head = "".join(f' {_name(key)}="{_value(value)}"' for key, value in attributes.items() if value is not None)
    return Markup(f"<{name}{head}>{inside}</{name}>" if inside else f"<{name}{head}/>")


def text(content: str, x: float, y: float, class_: str = "", anchor: str = "start", **more: Attribute) -> Markup:
    """A line of text with its baseline at `y`."""
    return element("text", escape(visible(content)), x=x, y=y, class_=class_ or None, text_anchor=anchor, **more)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def rect(x: float, y: float, width: float, height: float, class_: str, *children: str, **more: Attribute) -> Markup:
    """A rectangle; one with a negative side is drawn with that side zero."""
    sides = {"width": max(width, 0.0), "height": max(height, 0.0)}
    return element("rect", *children, x=x, y=y, class_=class_, **sides, **more)


def circle(x: float, y: float, radius: float, class_: str, *children: str) -> Markup:
    """A circle."""
    return element("circle", *children, cx=x, cy=y, r=radius, class_=class_)


def polyline(points: Iterable[tuple[float, float]], class_: str) -> Markup:
    """A line through points."""
    path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return element("polyline", points=path, class_=class_, fill="none")


def tooltip(content: str) -> Markup:
    """What a pointer resting on the surrounding element shows."""
    return element("title", escape(visible(content)))


def number(value: float) -> str:
    """At most two decimals, so that the same drawing is the same bytes."""
    rounded = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if rounded in ("-0", "") else rounded


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished drawing. `title` is what a screen reader says in place of it."""

    title: str
    width: float
    height: float
    body: Markup
    class_: str = ""

    def __html__(self) -> str:
        """The whole `svg` element: what a template shows."""
        return element(
            "svg",
            self.body,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {number(self.width)} {number(self.height)}",
            width=self.width,
            height=self.height,
            role="img",
            aria_label=visible(self.title),
            class_=f"chart {self.class_}".strip(),
        )


def _name(key: str) -> str:
    return key if key == "viewBox" else key.rstrip("_").replace("_", "-")


def _value(value: Attribute) -> str:
    return escape(value) if isinstance(value, str) else number(value or 0.0)
