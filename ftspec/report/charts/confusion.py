"""A confusion matrix: a row for what was expected, a column for what the model answered."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ftspec.report.charts import svg
from ftspec.report.charts.svg import Drawing

_TOP = 80.0


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts of shape (rows, columns). The first columns stand for the same labels as the rows, in the same order."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    name: str


def draw(matrix: Confusion, width: float) -> Drawing:
    """The drawing, `width` pixels wide. A cell's shade is its share of its row."""
    left = 18 + 5.9 * max(len("expected"), *(len(short(name)) for name in matrix.rows))
    side = min(56.0, (width - left - 34) / max(len(matrix.columns), 1))
    body = [
        svg.text("expected", left - 10, _TOP - 10, "name", "end"),
        svg.text("answered →", left, 12, "name"),
        *(_column_name(name, left + side * (index + 0.5)) for index, name in enumerate(matrix.columns)),
        *(_row(matrix, index, left, side) for index in range(len(matrix.rows))),
    ]
    height = _TOP + side * len(matrix.rows) + 8
    return Drawing(_title(matrix), width, height, Markup("").join(body), "confusion")


def _column_name(name: str, x: float) -> Markup:
    y = _TOP - 8
    turn = f"rotate(-38 {svg.number(x)} {svg.number(y)})"
    return svg.text(short(name), x, y, "tick", "start", transform=turn)


def _row(matrix: Confusion, row: int, left: float, side: float) -> Markup:
    y = _TOP + side * row
    total = sum(matrix.counts[row]) or 1
    cells = [
        _cell(matrix, row, column, count / total, left + side * column, y, side)
        for column, count in enumerate(matrix.counts[row])
    ]
    return svg.text(short(matrix.rows[row]), left - 10, y + side / 2 + 4, "tick", "end") + Markup("").join(cells)


def _cell(matrix: Confusion, row: int, column: int, share: float, x: float, y: float, side: float) -> Markup:
    count = matrix.counts[row][column]
    kind = "right" if matrix.rows[row] == matrix.columns[column] else "wrong"
    tip = svg.tooltip(f"expected {matrix.rows[row]}, answered {matrix.columns[column]}: {count}")
    # Shade by opacity, so that one colour works on a light and on a dark page, and the number on it can be read.
    shade = svg.rect(x + 1, y + 1, side - 2, side - 2, f"cell {kind}", tip, fill_opacity=0.06 + 0.84 * share, rx=3)
    ink = "value strong" if share > 0.55 else "value" if count else "value none"
    return shade + svg.text(str(count), x + side / 2, y + side / 2 + 5, ink, "middle")


def short(name: str, length: int = 13) -> str:
    """A label that fits beside a cell."""
    return name if len(name) <= length else name[: length - 1] + "…"


def _title(matrix: Confusion) -> str:
    right = sum(matrix.counts[i][i] for i in range(len(matrix.rows)))
    total = sum(map(sum, matrix.counts))
    return f"Confusion matrix, {matrix.name}: {right} of {total} on the diagonal"
