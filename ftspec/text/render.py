"""Diagnostics as people read them in a terminal, in the manner of rustc."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from ftspec.text.diagnostic import Diagnostic, Severity
from ftspec.text.display import columns, printable
from ftspec.text.frozen import frozen
from ftspec.text.source import Source, Span

LONGEST_LINE = 120
"""Characters of a source line that are shown; a longer one is cut around what it is about."""

_BEFORE = 40
"""Characters kept before the place in a line that is cut."""

_RED, _YELLOW, _BLUE, _CYAN, _BOLD, _RESET = (f"\x1b[{code}m" for code in ("1;31", "1;33", "1;34", "1;36", "1", "0"))


def render(diagnostics: Iterable[Diagnostic], color: bool = False) -> str:
    """All diagnostics, a blank line between two; empty where there is none. With ANSI colours if asked."""
    paint = _Paint(color)
    return "\n".join(_one(each, paint) for each in diagnostics)


@frozen
class _Paint:
    on: bool

    def __call__(self, style: str, text: str) -> str:
        return f"{style}{text}{_RESET}" if self.on and text.strip() else text


@frozen
class _Mark:
    """A stretch of one line to underline, in characters of that line."""

    line: int
    start: int
    end: int
    sign: str
    message: str = ""


def _one(diagnostic: Diagnostic, paint: _Paint) -> str:
    tone = _RED if diagnostic.code.severity is Severity.ERROR else _YELLOW
    head = paint(tone, f"{diagnostic.code.severity}[{diagnostic.code}]")
    rows = [head + paint(_BOLD, f": {printable(diagnostic.message)}")]
    files = _marks_by_file(diagnostic)
    gutter = max((len(str(mark.line)) for marks in files.values() for mark in marks), default=1) + 1
    for number, (source, marks) in enumerate(files.items()):
        rows.append(_arrow(source, marks, paint, gutter if number else None))
        if source.text:
            rows += _snippet(source, marks, gutter, tone, paint)
    if diagnostic.help is not None:
        bar = f"{' ' * gutter} = " if any(source.text for source in files) else " "
        rows.append(paint(_BLUE, bar) + paint(_CYAN, "help") + f": {printable(diagnostic.help)}")
    return "\n".join(row.rstrip() for row in rows) + "\n"


def _marks_by_file(diagnostic: Diagnostic) -> dict[Source, list[_Mark]]:
    """Every stretch to underline, the place itself first."""
    files: dict[Source, list[_Mark]] = {}
    if diagnostic.place is not None:
        files[diagnostic.place.source] = _marks(diagnostic.place.source, diagnostic.place.span, "^", "")
    for label in diagnostic.labels:
        marks = _marks(label.place.source, label.place.span, "-", label.message)
        files.setdefault(label.place.source, []).extend(marks)
    return files


def _marks(source: Source, span: Span, sign: str, message: str) -> list[_Mark]:
    """One mark where a span stays on its line; otherwise one for its first line and one for its last."""
    start = source.position(span.start)
    end = source.position(max(span.start, span.end - 1))
    if start.line == end.line:
        return [_Mark(start.line, start.column - 1, start.column - 1 + max(1, span.end - span.start), sign, message)]
    last = source.line(end.line)
    indent = len(last) - len(last.lstrip())
    return [
        _Mark(start.line, start.column - 1, max(len(source.line(start.line)), start.column), sign),
        _Mark(end.line, min(indent, end.column - 1), end.column, sign, message),
    ]


def _arrow(source: Source, marks: list[_Mark], paint: _Paint, gutter: int | None) -> str:
    """` --> file:line:column`, or `::: file:line:column` for a second file. A file without text has no lines."""
    sign = " -->" if gutter is None else f"{' ' * gutter}:::"
    at = f":{marks[0].line}:{marks[0].start + 1}" if source.text else ""
    return f"{paint(_BLUE, sign)} {printable(source.path)}{at}"


def _snippet(source: Source, marks: list[_Mark], gutter: int, tone: str, paint: _Paint) -> list[str]:
    bar = paint(_BLUE, f"{' ' * gutter} |")
    rows = [bar]
    before = None
    for line in sorted({mark.line for mark in marks}):
        if before is not None and line > before + 1:
            rows.append(paint(_BLUE, "..."))
        here = [mark for mark in marks if mark.line == line]
        text, here = _window(source.line(line), here)
        rows.append(f"{paint(_BLUE, f'{line:>{gutter}} |')} {printable(text)}")
        rows += [f"{bar} {row}" for row in _underlines(text, here, tone, paint)]
        before = line
    return rows


def _window(text: str, marks: list[_Mark]) -> tuple[str, list[_Mark]]:
    """A line, cut where it is very long to the part around its first mark, with its marks moved along."""
    if len(text) <= LONGEST_LINE:
        return text, marks
    start = max(0, min(mark.start for mark in marks) - _BEFORE)
    end = start + LONGEST_LINE
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    shift = len(head) - start
    moved = [
        _Mark(mark.line, mark.start + shift, min(mark.end, end) + shift, mark.sign, mark.message)
        for mark in marks
        if mark.start <= end
    ]
    return head + text[start:end] + tail, moved


def _underlines(text: str, marks: list[_Mark], tone: str, paint: _Paint) -> list[str]:
    """The signs under a line, then the messages: the last one beside its sign, the others below theirs."""
    columns_of = ((_column(text, mark.start), _column(text, mark.end), mark) for mark in dict.fromkeys(marks))
    placed = sorted(columns_of, key=lambda each: each[:2])
    signs = [" "] * max(end for _, end, _ in placed)
    for start, end, mark in sorted(placed, key=lambda each: each[2].sign == "^"):
        signs[start:end] = mark.sign * max(1, end - start)
    row = _painted(signs, tone, paint)
    if placed[-1][2].message:
        row += " " + paint(_BLUE, printable(placed.pop()[2].message))
    waiting = [(start, printable(mark.message)) for start, _, mark in placed if mark.message]
    rows = [row]
    if waiting:
        rows.append(paint(_BLUE, _stems([start for start, _ in waiting])))
    while waiting:
        start, message = waiting.pop()
        stems = _stems([left for left, _ in waiting])
        rows.append(paint(_BLUE, stems.ljust(start) + message))
    return rows


def _stems(at: list[int]) -> str:
    row = [" "] * (max(at, default=-1) + 1)
    for column in at:
        row[column] = "|"
    return "".join(row)


def _painted(signs: list[str], tone: str, paint: _Paint) -> str:
    row = "".join(signs)
    if not paint.on:
        return row
    runs = ((sign, "".join(run)) for sign, run in groupby(row))
    return "".join(run if sign == " " else paint(tone if sign == "^" else _BLUE, run) for sign, run in runs)


def _column(text: str, at: int) -> int:
    """The column, from 0, at which character `at` of a line is shown; past its end one column a character."""
    return columns(text[:at]) + max(0, at - len(text))
