"""A source file and places in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from ftspec.text.frozen import frozen


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one source, in character offsets: `start` included, `end` excluded."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """The stretch from the start of this span to the end of `other`."""
        return Span(self.start, max(self.end, other.end))


@frozen
class Position:
    """A place as people count it: lines and columns from 1, `offset` from 0."""

    line: int
    column: int
    offset: int


@frozen
class Source:
    """The text of one file, under the name a user knows it by."""

    path: str
    """As it is shown: relative to the working directory where that is possible, `<stdin>` for standard input."""

    text: str = field(repr=False)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(i + 1 for i, char in enumerate(self.text) if char == "\n")]

    def position(self, offset: int) -> Position:
        """The line and column of `offset`; past the end, the last place of the file."""
        offset = min(max(offset, 0), len(self.text))
        line = bisect_right(self._starts, offset) - 1
        return Position(line + 1, offset - self._starts[line] + 1, offset)

    def line(self, number: int) -> str:
        """Line `number`, counted from 1, without its line end."""
        if not 1 <= number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r")
