"""Which lines make up one statement: several, where brackets are open between them."""

from __future__ import annotations

from collections.abc import Sequence

from ftspec.syntax.lines import Line
from ftspec.text.frozen import frozen

_BRACKETS = {"LPAR": 1, "LSQB": 1, "RPAR": -1, "RSQB": -1}
_BRACES = {"LBRACE": 1, "RBRACE": -1}


@frozen
class Statement:
    """Lines `first` to `stop` (excluded)."""

    first: int
    stop: int


class Statements:
    """Cuts lines into statements, in time linear in their number."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        # A statement ends with the first line after which no more brackets are open than before it.
        self._balanced = _next_at_most(_running(lines, _BRACKETS), 0)
        # It cannot reach past the end of the block it stands in, nor past the start of another.
        self._block_end = _next_at_most(_running(lines, _BRACES), -1)
        self._header = _next_header(lines)

    def at(self, first: int) -> Statement:
        """The statement that starts with line `first`.

        Where its brackets are never closed, it ends before the first line that looks like another statement.
        """
        wall = max(min(self._block_end[first] - 1, self._header[first]), first + 1)
        stop = self._balanced[first]
        return Statement(first, stop if stop <= wall else self._cut(first, wall))

    def _cut(self, first: int, wall: int) -> int:
        indent = self.lines[first].indent
        for at in range(first + 1, wall):
            if self.lines[at].indent <= indent and self.lines[at].is_statement:
                return at
        return wall


def _running(lines: Sequence[Line], weights: dict[str, int]) -> list[int]:
    """The depth before each line and, last, after all of them."""
    depths = [0]
    for line in lines:
        depths.append(depths[-1] + sum([weights.get(token.kind, 0) for token in line.tokens]))
    return depths


def _next_at_most(depths: list[int], offset: int) -> list[int]:
    """For each index the next one whose depth is at most its own plus `offset`; past the end where there is none."""
    found = [len(depths)] * len(depths)
    waiting: list[int] = []
    for at, depth in enumerate(depths):
        while waiting and depth <= depths[waiting[-1]] + offset:
            found[waiting.pop()] = at
        waiting.append(at)
    return found


def _next_header(lines: list[Line]) -> list[int]:
    found = [len(lines)] * (len(lines) + 1)
    for at in range(len(lines) - 2, -1, -1):
        found[at] = at + 1 if lines[at + 1].opens_block else found[at + 1]
    return found
