"""The text of one statement: spaces between its tokens, and one item a line where its author broke a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ftspec.syntax.lexer import Token
from ftspec.syntax.terminals import CLOSERS, OPENERS, VALUE_ENDS

INDENT = "  "

_OWN = "own"
"""The kind of a comment that stands on a line of its own within an item."""

_COMMENTS = frozenset({"COMMENT", _OWN})


@dataclass(slots=True)
class _Item:
    """One item between commas."""

    before: list[str] = field(default_factory=list)
    """Comments on lines of their own above it."""

    parts: list[_Part] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    """Comments behind it on its line; there may be a second one behind its comma."""

    below: list[str] = field(default_factory=list)
    """Comments on lines of their own between it and its comma."""


@dataclass(slots=True)
class _Bracket:
    """What stands between two brackets, the brackets included."""

    opening: Token
    is_group: bool
    """Parentheses around an operand: they hold one item, and no comma may follow it."""

    items: list[_Item] = field(default_factory=list)
    closing: Token | None = None
    broken: bool = False


_Part = Token | _Bracket


def spell(tokens: Sequence[Token], depth: int) -> str:
    """A statement, without the indentation of its first line; the others are indented for block depth `depth`."""
    return _line(_parts(iter(tokens)), INDENT * depth)


def spaced(before: Token, left: Token | None, right: Token) -> bool:
    """Whether a space stands between `before` and `right`; `left` is the token before `before`."""
    if right.kind in CLOSERS.keys() | {"COMMA", "DOT", "PERCENT"} or before.kind in OPENERS.keys() | {"DOT"}:
        return False
    if right.kind == "LPAR" and before.kind == "NAME":
        return False
    if before.kind == "NUMBER" and right.kind == "NAME":
        return before.end != right.start
    return not (before.kind == "MINUS" and (left is None or left.kind not in VALUE_ENDS))


def _parts(tokens: Iterator[Token]) -> list[_Part]:
    parts: list[_Part] = []
    for token in tokens:
        parts.append(_bracket(token, parts, tokens) if token.kind in OPENERS else token)
    return parts


def _bracket(opening: Token, before: list[_Part], tokens: Iterator[Token]) -> _Bracket:
    called = bool(before) and isinstance(before[-1], Token) and before[-1].kind == "NAME"
    bracket = _Bracket(opening, is_group=opening.kind == "LPAR" and not called)
    item = _Item()
    fresh = True
    for token in tokens:
        match token.kind:
            case "RPAR" | "RSQB":
                bracket.closing = token
                break
            case "_NEWLINE":
                fresh = True
                bracket.broken = bracket.broken or not bracket.is_group
                continue
            case "COMMENT":
                bracket.broken = True
                _place(token, item, bracket.items, fresh)
            case "COMMA":
                bracket.items.append(_finished(item))
                item = _Item()
            case _ if token.kind in OPENERS:
                item.parts.append(_bracket(token, item.parts, tokens))
            case _:
                item.parts.append(token)
        fresh = False
    if item.parts or item.before:
        bracket.items.append(_finished(item))
    return bracket


def _place(comment: Token, item: _Item, items: list[_Item], fresh: bool) -> None:
    if item.parts:
        item.parts.append(comment._replace(kind=_OWN) if fresh else comment)
    elif items and not fresh and not item.before:
        (items[-1].below or items[-1].beside).append(comment.text.rstrip())
    else:
        item.before.append(comment.text.rstrip())


def _finished(item: _Item) -> _Item:
    """Comments behind the last part of an item stand behind its comma."""
    parts = item.parts
    while parts and isinstance(last := parts[-1], Token) and last.kind in _COMMENTS:
        parts.pop()
        (item.below if last.kind == _OWN else item.beside).insert(0, last.text.rstrip())
    return item


def _line(parts: list[_Part], margin: str) -> str:
    text = ""
    left: Token | None = None
    before: Token | None = None
    for part in parts:
        first = part if isinstance(part, Token) else part.opening
        if before is not None and (before.kind in _COMMENTS or first.kind == _OWN):
            text += f"\n{margin}{INDENT}"
        elif before is not None:
            text += _gap(before, left, first)
        text += _bracket_text(part, margin) if isinstance(part, _Bracket) else _token_text(part)
        left, before = before, part if isinstance(part, Token) else part.closing
    return text


def _gap(before: Token, left: Token | None, right: Token) -> str:
    if right.kind == "COMMENT":
        return "  "
    return " " if spaced(before, left, right) else ""


def _token_text(token: Token) -> str:
    return token.text.rstrip() if token.kind in _COMMENTS else token.text.replace("\r\n", "\n")


def _bracket_text(bracket: _Bracket, margin: str) -> str:
    opening, closing = bracket.opening.text, bracket.closing.text if bracket.closing else ""
    if not bracket.broken or not bracket.items:
        return opening + ", ".join(_line(item.parts, margin) for item in bracket.items) + closing
    inner = margin + INDENT
    lines = [line for item in bracket.items for line in _item_lines(item, inner, "" if bracket.is_group else ",")]
    return "\n".join([opening, *(inner + line for line in lines), margin + closing])


def _item_lines(item: _Item, margin: str, comma: str) -> Iterator[str]:
    yield from item.before
    if item.parts:
        yield _line(item.parts, margin) + comma + "".join(f"  {comment}" for comment in item.beside[:1])
    yield from item.beside[1:]
    yield from item.below
