"""Shares of a whole as one bar, part after part; and a single share as a small bar."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ftspec.report.charts import svg
from ftspec.report.charts.svg import Drawing


def draw(parts: Sequence[tuple[str, int]], width: float, title: str) -> Drawing:
    """Counts by name as one bar, `width` pixels wide. Every part that is not empty is seen."""
    total = sum(count for _, count in parts) or 1
    shapes: list[str] = []
    place = 0.0
    for index, (name, count) in enumerate(parts):
        span = width * count / total
        tip = svg.tooltip(f"{name}: {count}")
        shapes.append(svg.rect(place, 0, max(span - 2, 1.0 if count else 0.0), 14, f"part p{index % 6}", tip, rx=2))
        place += span
    return Drawing(title, width, 14, Markup("").join(shapes), "parts")


def single(share: float, title: str, width: float = 72) -> Drawing:
    """One share between 0 and 1 as a bar on its track."""
    body = svg.rect(0, 3, width, 6, "track", rx=3) + svg.rect(0, 3, width * share, 6, "part p0", rx=3)
    return Drawing(title, width, 12, body, "single")
