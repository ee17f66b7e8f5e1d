"""How long the training rows are in tokens, and where they are cut."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ftspec.report import numbers
from ftspec.report.charts import svg
from ftspec.report.charts.frame import Box, frame
from ftspec.report.charts.scale import Scale
from ftspec.report.charts.svg import Drawing


@dataclass(frozen=True, slots=True)
class Lengths:
    """Rows by length, in equal bins from zero to `longest` tokens; rows longer than `limit` are cut."""

    bins: tuple[int, ...]
    longest: int
    limit: int
    truncated: int


def draw(lengths: Lengths, width: float) -> Drawing:
    """The drawing, `width` pixels wide."""
    box = Box(44, 26, width - 8, 170)
    # The limit is drawn where it lies near the rows; far to the right of them it would only squeeze the bars.
    end = lengths.limit if lengths.longest < lengths.limit <= 2 * lengths.longest else lengths.longest
    x = Scale(0, max(end, 1) * 1.02, box.left, box.right)
    y = Scale(0, max(max(lengths.bins, default=0), 1) * 1.08, box.bottom, box.top)
    body = [
        frame(box, x, y, x_name="tokens in a row", rows=3),
        *(_bar(lengths, index, x, y) for index in range(len(lengths.bins))),
        _limit(lengths, x, box),
    ]
    return Drawing(_title(lengths), width, box.bottom + 40, Markup("").join(body))


def _bar(lengths: Lengths, index: int, x: Scale, y: Scale) -> Markup:
    step = lengths.longest / len(lengths.bins)
    low, high, rows = index * step, (index + 1) * step, lengths.bins[index]
    tip = svg.tooltip(f"{low:.0f} to {high:.0f} tokens: {rows} rows")
    class_ = "bar cut" if low >= lengths.limit else "bar"
    top = y(rows)
    return svg.rect(x(low) + 0.75, top, x(high) - x(low) - 1.5, y.start - top, class_, tip, rx=1.5)


def _limit(lengths: Lengths, x: Scale, box: Box) -> Markup:
    if lengths.limit > x.high:
        words = f"max_length {numbers.count(lengths.limit)}, far to the right →"
        return svg.text(words, box.right, box.top - 10, "key", "end")
    place, words = x(lengths.limit), f"max_length {numbers.count(lengths.limit)}"
    anchor, shift = ("end", 3) if place > (box.left + box.right) / 2 else ("start", -3)
    mark = svg.line(place, box.top - 4, place, box.bottom, "threshold")
    return mark + svg.text(words, place + shift, box.top - 10, "key", anchor)


def _title(lengths: Lengths) -> str:
    cut = f"{lengths.truncated} are cut" if lengths.truncated else "none is cut"
    return f"Histogram of row lengths: the longest has {lengths.longest} tokens, max_length is {lengths.limit}, {cut}"
