"""Strings, numbers, comments and spaces, each looked at on its own."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.syntax.build import number_value
from ftspec.syntax.checks.report import says
from ftspec.syntax.lexer import Token
from ftspec.syntax.strings import bad_escapes
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit, Fix, Place
from ftspec.text.source import Source, Span


def tokens(source: Source, found: list[Token]) -> Iterator[Diagnostic]:
    """What is wrong with tokens that have no neighbour to blame."""
    for token in found:
        check = _BY_KIND.get(token.kind)
        if check is not None:
            yield from check(source, token)


def _string(source: Source, token: Token) -> Iterator[Diagnostic]:
    if "\\" not in token.text:
        return
    for offset, escape in bad_escapes(token.text):
        where = Span(token.start + offset, token.start + offset + len(escape))
        if escape.startswith("\\u"):
            message = f"`{escape}` is half a character" if len(escape) > 2 else "`\\u` takes four hexadecimal digits"
            yield says(source, codes.UNKNOWN_ESCAPE, message, where, "write the character itself")
        else:
            message = "a backslash before a space or a line's end means nothing"
            message = message if escape[1].isspace() else f"`{escape}` means nothing"
            help = 'there are `\\n \\t \\" \\\\ \\uXXXX`; for a backslash write `\\\\`'
            yield says(source, codes.UNKNOWN_ESCAPE, message, where, help, f"\\{escape}")


def _number(source: Source, token: Token) -> Iterator[Diagnostic]:
    if number_value(token.text) is None:
        where = Span(token.start, token.end)
        help = "no quantity is that large or that exact"
        yield says(source, codes.MALFORMED_NUMBER, "the number is out of range", where, help)


def _comment(source: Source, token: Token) -> Iterator[Diagnostic]:
    where = Span(token.start, token.start + 2)
    yield says(source, codes.FOREIGN_COMMENT, "`//` starts no comment", where, "write `#`", "#")


def _block_comment(source: Source, token: Token) -> Iterator[Diagnostic]:
    lines = token.text.removeprefix("/*").removesuffix("*/").split("\n")
    text = "\n".join(f"# {line.strip().removeprefix('*').strip()}".rstrip() for line in lines if line.strip(" *\r\t"))
    place = Place(source, Span(token.start, token.start + 2))
    fix = Fix((Edit(Span(token.start, token.end), text),), safe=False)
    yield Diagnostic(codes.FOREIGN_COMMENT, "`/*` starts no comment", place, "write `#` before each line", fix=fix)


def _overflow(source: Source, token: Token) -> Iterator[Diagnostic]:
    where = Span(token.start, token.start + 1)
    yield says(source, codes.TOO_LARGE, "the file has too many words", where, "nothing from here on was read")


def _blank(source: Source, token: Token) -> Iterator[Diagnostic]:
    where = Span(token.start, token.end)
    message = f"a space that is none: U+{ord(token.text[0]):04X}"
    yield says(source, codes.UNKNOWN_CHARACTER, message, where, "write a plain space", " ")


_BY_KIND = {
    "STRING": _string,
    "TRIPLE": _string,
    "NUMBER": _number,
    "foreign_comment": _comment,
    "open_comment": _block_comment,
    "overflow": _overflow,
    "blank": _blank,
}
