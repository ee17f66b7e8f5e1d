"""Strings in single quotes that run over several lines: one mistake, however many lines they take."""

from __future__ import annotations

import re

from ftspec.syntax.lexer import Token
from ftspec.syntax.limits import MAX_DIAGNOSTICS
from ftspec.syntax.lines import Line
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit, Fix, Place
from ftspec.text.source import Source, Span

_MOST = 40
"""Lines that such a string may take: past them its end is looked for no more."""

_STATEMENT = re.compile(
    r"[A-Za-z_][\w.]*(?:\s*[=:{]|\s+\"|\s+[A-Za-z_]\w*\s*\{)|\}\s*$|(?:require|warn|report|let|import|waive)\b"
)


def gather(source: Source, lines: list[Line]) -> tuple[list[Line], list[Diagnostic]]:
    """The lines with each such string on one line."""
    if not any("open_string" in line.kinds for line in lines):
        return lines, []
    found: list[Diagnostic] = []
    kept: list[Line] = []
    at = 0
    while at < len(lines):
        stop = _stop(source, lines, at) if len(found) <= MAX_DIAGNOSTICS else None
        if stop is None:
            kept.append(lines[at])
            at += 1
            continue
        first = lines[at].kinds.index("open_string")
        end = lines[stop].kinds.index("open_string")
        opening, closing = lines[at].tokens[first], lines[stop].tokens[end]
        found.append(_explain(source, opening, closing))
        text = source.text[opening.start : closing.start + 1]
        string = Token("STRING", text, opening.start, closing.start + 1)
        kept.append(Line((*lines[at].tokens[:first], string, *lines[stop].tokens[end + 1 :]), lines[at].indent))
        at = stop + 1
    return kept, found


def _stop(source: Source, lines: list[Line], at: int) -> int | None:
    """The line that ends the string which line `at` leaves open; None where it is a string whose quote is missing."""
    if not _opens(lines[at]):
        return None
    for end in range(at + 1, min(at + _MOST, len(lines))):
        text = source.text[lines[end].tokens[0].start : lines[end].tokens[-1].end]
        if _STATEMENT.match(text):
            return None
        quote = next((token for token in lines[end].tokens if token.kind == "open_string"), None)
        if quote is not None:
            return end if quote.text == '"' else None
        if any(token.kind == "STRING" for token in lines[end].tokens):
            return None
    return None


def _opens(line: Line) -> bool:
    first = line.kinds.index("open_string") if "open_string" in line.kinds else 0
    return first > 0 and line.tokens[first].text[0] == '"'


def _explain(source: Source, opening: Token, closing: Token) -> Diagnostic:
    edits = (
        Edit(Span(opening.start, opening.start + 1), '"""'),
        Edit(Span(closing.start, closing.start + 1), '"""'),
    )
    return Diagnostic(
        codes.UNTERMINATED_STRING,
        "this string goes on behind the end of its line",
        Place(source, Span(opening.start, opening.start + 1)),
        'write `"""` at both ends of a string of several lines, or `\\n` for each line end',
        fix=Fix(edits, safe=False),
    )
