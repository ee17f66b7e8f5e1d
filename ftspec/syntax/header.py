"""The first line: `ftspec 1`."""

from __future__ import annotations

from ftspec.syntax.lexer import Token
from ftspec.syntax.lines import Line
from ftspec.syntax.terminals import RULES
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit, Fix, Place
from ftspec.text.files import BYTE_ORDER_MARK
from ftspec.text.frozen import frozen
from ftspec.text.source import Source, Span
from ftspec.text.suggest import similar

VERSION = "1"
LINE = f"ftspec {VERSION}"

_STARTS = RULES | {"NAME", "LET", "IMPORT"}


@frozen
class Header:
    """What the first line says."""

    number: Token | None
    """The version as written; None where there is none."""

    lines: list[Line]
    """The lines after it."""

    diagnostics: tuple[Diagnostic, ...] = ()


def read(source: Source, lines: list[Line]) -> Header:
    """Take the header off the lines."""
    if not lines:
        return _missing(source, lines)
    tokens = lines[0].tokens
    if tokens[0].kind == "FTSPEC":
        numbered = lines[0].kinds[1:2] == ("NUMBER",) and set(lines[0].kinds[2:3]) <= _STARTS
        return _numbered(source, lines) if numbered else _garbled(source, lines)
    word = tokens[0].text.lower()
    near = word.startswith("ftspec") or similar(word, ["ftspec"]) is not None
    if near and tokens[0].kind == "NAME" and len(tokens) <= 3:
        return _garbled(source, lines)
    late = next((at for at, line in enumerate(lines) if line.kinds == ("FTSPEC", "NUMBER")), None)
    return _missing(source, lines) if late is None else _misplaced(source, lines, late)


def _numbered(source: Source, lines: list[Line]) -> Header:
    tokens = lines[0].tokens
    number, rest = tokens[1], lines[1:]
    found = []
    if number.text != VERSION:
        found.append(_unsupported(source, number))
    if len(tokens) > 2:
        found.append(_crowded(source, tokens))
        rest = [Line(tokens[2:], lines[0].indent), *rest]
    return Header(number, rest, tuple(found))


def _unsupported(source: Source, number: Token) -> Diagnostic:
    return Diagnostic(
        codes.UNSUPPORTED_VERSION,
        f"language version `{number.text}` is not one this ftspec reads",
        Place(source, Span(number.start, number.end)),
        f"write `{LINE}`, or install the ftspec that the file was written for",
        fix=Fix((Edit(Span(number.start, number.end), VERSION),), safe=False),
    )


def _crowded(source: Source, tokens: tuple[Token, ...]) -> Diagnostic:
    extra = tokens[2]
    return Diagnostic(
        codes.CROWDED_LINE,
        f"`{LINE}` stands on a line of its own",
        Place(source, Span(extra.start, extra.end)),
        "put what follows on the next line",
        fix=Fix((Edit(Span(tokens[1].end, extra.start), "\n\n"),), safe=True),
    )


def _garbled(source: Source, lines: list[Line]) -> Header:
    tokens = lines[0].tokens
    span = Span(tokens[0].start, tokens[-1].end)
    problem = Diagnostic(
        codes.MISSING_HEADER,
        f"the first line must be `{LINE}`",
        Place(source, span),
        f"write `{LINE}`",
        fix=Fix((Edit(span, LINE),), safe=len(tokens) <= 3),
    )
    return Header(None, lines[1:], (problem,))


def _missing(source: Source, lines: list[Line]) -> Header:
    at = len(BYTE_ORDER_MARK) if source.text.startswith(BYTE_ORDER_MARK) else 0
    problem = Diagnostic(
        codes.MISSING_HEADER,
        "the file does not say which version of the language it is in",
        Place(source, Span(at, at)),
        f"start it with `{LINE}`",
        fix=Fix((Edit(Span(at, at), f"{LINE}\n\n"),), safe=True),
    )
    return Header(None, lines, (problem,))


def _misplaced(source: Source, lines: list[Line], late: int) -> Header:
    tokens = lines[late].tokens
    span = Span(tokens[0].start, tokens[-1].end)
    first = lines[0].tokens[0].start
    problem = Diagnostic(
        codes.MISPLACED_HEADER,
        f"`{LINE}` must be the first line",
        Place(source, span),
        "move it to the top",
        fix=Fix((Edit(Span(first, first), f"{LINE}\n\n"), Edit(span, "")), safe=True),
    )
    number = tokens[1]
    wrong = () if number.text == VERSION else (_unsupported(source, number),)
    return Header(number, lines[:late] + lines[late + 1 :], (problem, *wrong))
