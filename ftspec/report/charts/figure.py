"""A drawing in two widths: one for a desk, one for a phone. The page shows the one that fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ftspec.report.charts.svg import Drawing

WIDE = 848.0
"""The width of the report's main column on a desk."""

HALF = 410.0
"""The width of a chart that shares the column with another."""

PHONE = 350.0
"""The width of a chart on a screen of 390 pixels, margins taken off."""


@dataclass(frozen=True, slots=True)
class Figure:
    """The same data drawn twice, with the sentence that says what to see in it."""

    wide: Drawing
    narrow: Drawing
    caption: str = ""


def figure(draw: Callable[[float], Drawing], width: float, caption: str = "") -> Figure:
    """Draws at `width` pixels and again at a phone's."""
    return Figure(draw(width), draw(min(width, PHONE)), caption)
