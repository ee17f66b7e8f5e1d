"""Blocks whose opening brace is not where it should be: on the next line, another sign in its place, or none."""

from __future__ import annotations

from dataclasses import replace

from ftspec.syntax.lexer import Token
from ftspec.syntax.limits import MAX_DIAGNOSTICS
from ftspec.syntax.lines import ROLES, Line, bracket_depth, is_header
from ftspec.syntax.terminals import CLOSERS, OPENERS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit, Fix, Place
from ftspec.text.source import Source, Span

_CLOSING = {opening: closing for closing, opening in CLOSERS.items()}


def supply(source: Source, lines: list[Line]) -> tuple[list[Line], list[Diagnostic]]:
    """The lines with a `{` behind each header that has a body, and what was wrong. A brace put in covers no text."""
    work = _Supply(source)
    at = 0
    while at < len(lines):
        at += work.take(lines[at], lines[at + 1] if at + 1 < len(lines) else None)
    return work.kept, work.found


class _Supply:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.kept: list[Line] = []
        self.found: list[Diagnostic] = []
        self.depth = 0
        self.bracketed: list[tuple[int, str, int]] = []
        """Blocks opened with a bracket: their indentation, the kind that closes them, and their place in `found`."""

    def take(self, line: Line, after: Line | None) -> int:
        """Keep a line as it should be; how many lines that took."""
        taken = 1
        header = _bare_header(line) if self.depth == 0 and after is not None else None
        if header is not None and after is not None and after.kinds[0] == "LBRACE":
            self._report(_brace_below(self.source, header, after.tokens[0]))
            line, taken = Line(header + after.tokens, line.indent), 2
        elif header is not None and after is not None and after.indent > line.indent:
            self._open(line, header)
            line = Line((*header, Token("LBRACE", "{", header[-1].end, header[-1].end)), line.indent)
        elif self.bracketed and (line.indent, line.kinds) == (self.bracketed[-1][0], (self.bracketed[-1][1],)):
            line = self._end(line)
        self.depth = bracket_depth(self.depth, line)
        self.kept.append(line)
        return taken

    def _report(self, problem: Diagnostic) -> bool:
        if len(self.found) > MAX_DIAGNOSTICS:
            return False
        self.found.append(problem)
        return True

    def _open(self, line: Line, header: tuple[Token, ...]) -> None:
        last = line.tokens[-1]
        if self._report(_no_brace(self.source, line, header)) and last.kind in OPENERS:
            self.bracketed.append((line.indent, _CLOSING[last.kind], len(self.found) - 1))

    def _end(self, line: Line) -> Line:
        """The `]` that ends a block opened with `[`."""
        _, _, index = self.bracketed.pop()
        token = line.tokens[0]
        fix = self.found[index].fix
        if fix is not None:
            edits = (*fix.edits, Edit(Span(token.start, token.end), "}"))
            self.found[index] = replace(self.found[index], fix=Fix(edits, fix.safe))
        return Line((Token("RBRACE", "}", token.start, token.end),), line.indent)


def _bare_header(line: Line) -> tuple[Token, ...] | None:
    """The `KIND [label] [extends REF]` of a line that has no `{` behind it, but maybe another sign."""
    last = line.tokens[-1]
    # A bracket that touches its word is more likely a call: `lora(`.
    bracket = last.kind in OPENERS and len(line.tokens) > 1 and line.tokens[-2].end < last.start
    tokens = line.tokens[:-1] if bracket or last.text == ":" else line.tokens
    if not is_header(tokens) or (tokens[0].text in ROLES and len(tokens) > 1):
        return None
    return tokens


def _brace_below(source: Source, header: tuple[Token, ...], brace: Token) -> Diagnostic:
    gap = Span(header[-1].end, brace.start)
    fix = Fix((Edit(gap, " "),), safe=source.text[gap.start : gap.end].isspace())
    return Diagnostic(
        codes.MISSING_BRACE,
        "`{` must stand on the line of its block",
        Place(source, Span(brace.start, brace.end)),
        f"write `{_words(source, header)} {{`",
        fix=fix,
    )


def _no_brace(source: Source, line: Line, header: tuple[Token, ...]) -> Diagnostic:
    last = line.tokens[-1]
    words = _words(source, header)
    if last is header[-1]:
        message, where = f"`{words}` has a body but no `{{`", Span(header[0].start, last.end)
    else:
        message, where = f"a block opens with `{{`, not with `{last.text}`", Span(last.start, last.end)
    return Diagnostic(
        codes.MISSING_BRACE,
        message,
        Place(source, where),
        f"write `{words} {{`, and `}}` after its last line",
        fix=Fix((Edit(Span(header[-1].end, last.end), " {"),), safe=False),
    )


def _words(source: Source, tokens: tuple[Token, ...]) -> str:
    return source.text[tokens[0].start : tokens[-1].end]
