"""Which brace closes which, where they do not match.

Braces that balance are left alone, however a file is indented. Where they do not, indentation says what was meant:
a statement no deeper than the line that opened a block stands outside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ftspec.syntax import openings
from ftspec.syntax.lexer import Token
from ftspec.syntax.limits import MAX_DEPTH, MAX_DIAGNOSTICS
from ftspec.syntax.lines import Line
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit, Fix, Label, Place
from ftspec.text.source import Source, Span


@dataclass(slots=True)
class _Open:
    """A block that waits for its closing brace."""

    brace: Token
    indent: int
    deeper: bool | None = None
    """Whether its body is indented deeper than its header; None until a line of the body was seen."""

    supplied: bool = False
    """Whether the author wrote no brace, so that a missing end is part of the same mistake."""


def balance(source: Source, lines: list[Line]) -> tuple[list[Line], list[Diagnostic]]:
    """The lines with every block closed, and what was wrong. Braces that were put in cover no text."""
    lines, found = openings.supply(source, lines)
    lines, deep = _cut_at_depth(source, lines)
    if _is_balanced(lines):
        return lines, found + deep
    walk = _Walk(source, lines, report=not deep)
    kept = walk.run()
    return kept, [_with_end(each, walk.ends) for each in found] + deep + walk.found


def _with_end(problem: Diagnostic, ends: dict[int, Edit]) -> Diagnostic:
    if problem.fix is None or problem.fix.edits[0].span.start not in ends:
        return problem
    end = ends[problem.fix.edits[0].span.start]
    return replace(problem, fix=Fix((*problem.fix.edits, end), safe=False))


def _is_balanced(lines: list[Line]) -> bool:
    depth = 0
    for line in lines:
        for token in line.tokens:
            if token.kind == "LBRACE":
                depth += 1
            elif token.kind == "RBRACE":
                depth -= 1
                if depth < 0:
                    return False
    return depth == 0


def _cut_at_depth(source: Source, lines: list[Line]) -> tuple[list[Line], list[Diagnostic]]:
    depth = 0
    for at, line in enumerate(lines):
        for token in line.tokens:
            depth = max(0, depth + (token.kind == "LBRACE") - (token.kind == "RBRACE"))
            if depth > MAX_DEPTH:
                place = Place(source, Span(token.start, token.end))
                message = f"blocks are nested more than {MAX_DEPTH} deep"
                return lines[:at], [Diagnostic(codes.TOO_DEEP, message, place, "nothing below this line was read")]
    return lines, []


class _Walk:
    """One pass over lines whose braces do not match."""

    def __init__(self, source: Source, lines: list[Line], report: bool) -> None:
        self.source = source
        self.lines = lines
        self.report = report
        self.found: list[Diagnostic] = []
        self.ends: dict[int, Edit] = {}
        """The missing ends of blocks whose opening brace was missing too, by where that was put in."""

        self.open: list[_Open] = []
        self.kept: list[Line] = []
        self.spare = sum(line.kinds.count("RBRACE") - line.kinds.count("LBRACE") for line in lines)

    def run(self) -> list[Line]:
        for line in self.lines:
            self._close_before(line)
            self._note_body(line)
            rest = tuple(token for token in line.tokens if self._keeps(token, line))
            if rest:
                self.kept.append(Line(rest, line.indent))
        while self.open:
            self._close(len(self.source.text))
        return self.kept

    def _close_before(self, line: Line) -> None:
        """End the blocks that this line, by its indentation, stands outside of."""
        at = line.tokens[0].start
        if not line.closes:
            while self.open and self.open[-1].deeper and line.indent <= self.open[-1].indent and line.is_statement:
                self._close(at)
        elif any(each.indent == line.indent for each in self.open):
            while self.open[-1].deeper and self.open[-1].indent > line.indent:
                self._close(at)
        while line.closes and self.open and self.open[-1].supplied and self.open[-1].indent > line.indent:
            self._close(at)

    def _note_body(self, line: Line) -> None:
        if self.open and self.open[-1].deeper is None and not line.closes:
            self.open[-1].deeper = line.indent > self.open[-1].indent

    def _close(self, at: int) -> None:
        block = self.open.pop()
        self.kept.append(Line((Token("RBRACE", "}", at, at),), block.indent))
        if block.supplied and len(self.ends) <= MAX_DIAGNOSTICS:
            self.ends[block.brace.start] = self._end(block, at)
        elif self.report and not block.supplied and len(self.found) <= MAX_DIAGNOSTICS:
            self.found.append(self._unclosed(block, at))

    def _keeps(self, token: Token, line: Line) -> bool:
        if token.kind == "LBRACE":
            self.open.append(_Open(token, line.indent, supplied=token.start == token.end))
        if token.kind != "RBRACE":
            return True
        if self.open and not self._is_spare(token, line):
            self.open.pop()
            return True
        self.spare -= 1
        if len(self.found) <= MAX_DIAGNOSTICS:
            self.found.append(self._stray(token))
        return False

    def _is_spare(self, token: Token, line: Line) -> bool:
        """Whether more braces close than open, and this one stands deeper than what it would end, or behind text."""
        if self.spare <= 0:
            return False
        block = self.open[-1]
        deeper = len(line.tokens) == 1 and bool(block.deeper) and line.indent > block.indent
        return deeper or (token is not line.tokens[0] and block.brace not in line.tokens)

    def _unclosed(self, block: _Open, before: int) -> Diagnostic:
        inside = before >= len(self.source.text)
        outside = Place(self.source, Span(before, before + 1))
        return Diagnostic(
            codes.UNCLOSED_BRACE,
            "this `{` is never closed",
            Place(self.source, Span(block.brace.start, block.brace.end)),
            "close the block with a `}` on a line of its own",
            () if inside else (Label(outside, "this stands outside the block"),),
            Fix((self._end(block, before),), safe=False),
        )

    def _end(self, block: _Open, before: int) -> Edit:
        """A closing brace on a line of its own, behind the last text of the block."""
        end = len(self.source.text[:before].rstrip())
        return Edit(Span(end, end), "\n" + " " * block.indent + "}")

    def _stray(self, token: Token) -> Diagnostic:
        return Diagnostic(
            codes.STRAY_BRACE,
            "this `}` closes nothing",
            Place(self.source, Span(token.start, token.end)),
            "remove it, or open its block with `{`",
            fix=Fix((Edit(Span(token.start, token.end), ""),), safe=False),
        )
