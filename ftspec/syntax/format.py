"""The one style.

Two spaces a level; one blank line around a block and after the header, at most one elsewhere; the `=` of attributes
on neighbouring lines in one column, the texts of turns likewise; a list that its author broke has one item a line.
Numbers, strings and comments stay as they were written.
"""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.syntax.collection import uncollected
from ftspec.syntax.lexer import Token, tokens
from ftspec.syntax.parse import parse
from ftspec.syntax.rows import Kind, Row, rows
from ftspec.syntax.spell import INDENT, spell
from ftspec.syntax.terminals import STRINGS
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.source import Source


@uncollected
def format_source(source: Source) -> str | list[Diagnostic]:
    """The text in the one style; what is wrong with it, if it does not parse.

    Raises RuntimeError rather than return a text that says anything else than the source.
    """
    parsed = parse(source)
    if not parsed.ok:
        return [each for each in parsed.diagnostics if each.is_error]
    text = "".join(f"{line}\n" for line in _lines(rows(tokens(source.text))))
    again = parse(Source(source.path, text))
    if not again.ok or (again.file.version, again.file.statements) != (parsed.file.version, parsed.file.statements):
        raise RuntimeError(f"formatting {source.path} would change what it says")
    return text


def _lines(found: list[Row]) -> Iterator[str]:
    texts = [_text(row) for row in found]
    blanks = [_blank(found, at) for at in range(len(found))]
    _align(found, texts, blanks)
    at = 0
    while at < len(found):
        row = found[at]
        if blanks[at]:
            yield ""
        text = texts[at]
        if _is_empty_block(found, at):
            # The end of a block with nothing in it stays on its line.
            at += 1
            text += "}"
        yield INDENT * row.depth + text + "".join(f"  {comment}" for comment in found[at].comments)
        at += 1


def _is_empty_block(found: list[Row], at: int) -> bool:
    if found[at].kind is not Kind.OPEN or found[at].comments:
        return False
    return at + 1 < len(found) and found[at + 1].kind is Kind.CLOSE


def _text(row: Row) -> str:
    if row.kind is Kind.COMMENT:
        return row.tokens[0].text.rstrip()
    text = spell(row.tokens, row.depth)
    return f"{text} {{" if row.kind is Kind.OPEN else text


def _blank(found: list[Row], at: int) -> bool:
    """Whether a blank line stands before row `at`."""
    row, before = found[at], found[at - 1] if at else None
    if before is None or before.kind is Kind.OPEN or row.kind is Kind.CLOSE:
        return False
    if row.blank or before.kind in {Kind.CLOSE, Kind.HEADER}:
        return True
    return before.kind is not Kind.COMMENT and _leads_block(found, at)


def _leads_block(found: list[Row], at: int) -> bool:
    """Whether it opens a block, or is a comment right above one that does."""
    while found[at].kind is Kind.COMMENT and at + 1 < len(found) and not found[at + 1].blank:
        at += 1
    return found[at].kind is Kind.OPEN


def _align(found: list[Row], texts: list[str], blanks: list[bool]) -> None:
    """Pad the names of neighbouring attributes, and of neighbouring turns, to the longest among them."""
    start = 0
    while start < len(found):
        stop = start + 1
        sign = _sign(found[start], texts[start])
        while sign and stop < len(found) and not blanks[stop] and _sign(found[stop], texts[stop]) == sign:
            stop += 1
        if sign:
            _pad(found, texts, range(start, stop))
        start = stop


def _sign(row: Row, text: str) -> str:
    """What stands behind the name of a row that can be aligned: `=`, or the quotes of a turn."""
    if row.kind is not Kind.STATEMENT or "\n" in text:
        return ""
    kinds = [token.kind for token in row.tokens]
    if len(kinds) == 2 and kinds[0] == "NAME" and kinds[1] in STRINGS:
        return '"'
    return "=" if kinds[0] == "NAME" and kinds[_path(row.tokens)] == "ASSIGN" else ""


def _path(tokens: list[Token]) -> int:
    """How many tokens the dotted path at the start takes."""
    at = 1
    while at + 1 < len(tokens) and tokens[at].kind == "DOT":
        at += 2
    return at


def _pad(found: list[Row], texts: list[str], run: range) -> None:
    names = {at: "".join(token.text for token in found[at].tokens[: _path(found[at].tokens)]) for at in run}
    longest = max(map(len, names.values()))
    for at, name in names.items():
        texts[at] = name.ljust(longest) + texts[at][len(name) :]
