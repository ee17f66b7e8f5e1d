"""What each rule of the grammar becomes: a node of the tree."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

from ftspec.syntax import tree
from ftspec.syntax.lexer import Token
from ftspec.syntax.strings import value
from ftspec.text.source import Span

LONGEST_NUMBER = 40
LARGEST_EXPONENT = 300


class Header(NamedTuple):
    """A block before its body."""

    kind: tree.Name
    label: tree.Name | tree.Text | None
    extends: tree.Reference | None


class _Because(NamedTuple):
    text: tree.Text


class _When(NamedTuple):
    expression: tree.Expression


class _Extends(NamedTuple):
    reference: tree.Reference


class Start(NamedTuple):
    """A whole file, before it is joined with its source."""

    version: tree.Number
    statements: tuple[tree.Statement, ...]


def number_value(text: str) -> Decimal | None:
    """The value of a number's digits; None where no quantity needs that many, or an exponent that large."""
    if len(text) > LONGEST_NUMBER:
        return None
    _, _, exponent = text.lower().partition("e")
    return None if exponent and abs(int(exponent)) > LARGEST_EXPONENT else Decimal(text)


def _name(token: Token) -> tree.Name:
    return tree.Name(token.text, span=Span(token.start, token.end))


def _start(parts: list[Any], span: Span) -> Start:
    return Start(parts[0], tuple(parts[1:]))


def _version(parts: list[Any], span: Span) -> tree.Number:
    return _number(parts, Span(parts[0].start, parts[0].end))


def _attribute(parts: list[Any], span: Span) -> tree.Attribute:
    return tree.Attribute(parts[0].parts, parts[1], span=span)


def _block(parts: list[Any], span: Span) -> tree.Block:
    header = parts[0]
    return tree.Block(header.kind, header.label, header.extends, tuple(parts[1:]), span=span)


def _header(parts: list[Any], span: Span) -> Header:
    label = extends = None
    for part in parts[1:]:
        if isinstance(part, _Extends):
            extends = part.reference
        else:
            label = part if isinstance(part, tree.Text) else _name(part)
    return Header(_name(parts[0]), label, extends)


def _rule(parts: list[Any], span: Span) -> tree.Rule:
    condition = next((part.expression for part in parts[2:] if isinstance(part, _When)), None)
    because = next((part.text for part in parts[2:] if isinstance(part, _Because)), None)
    return tree.Rule(_name(parts[0]), parts[1], because, condition, span=span)


def _waiver(parts: list[Any], span: Span) -> tree.Waiver:
    return tree.Waiver(parts[0], parts[1], span=span)


def _turn(parts: list[Any], span: Span) -> tree.Turn:
    return tree.Turn(_name(parts[0]), parts[1], span=span)


def _let(parts: list[Any], span: Span) -> tree.Let:
    return tree.Let(_name(parts[0]), parts[1], span=span)


def _import(parts: list[Any], span: Span) -> tree.Import:
    return tree.Import(parts[0], _name(parts[1]), span=span)


def _binary(parts: list[Any], span: Span) -> tree.Binary:
    return tree.Binary(tree.Operator(parts[1].text), parts[0], parts[2], span=span)


def _negative(parts: list[Any], span: Span) -> tree.Negative:
    return tree.Negative(parts[1], span=span)


def _number(parts: list[Any], span: Span) -> tree.Number:
    names = [_name(part) for part in parts[1:]]
    scale = names[0] if len(names) == 2 else None
    # A number past the limits is reported by the parser; zero keeps the tree whole.
    digits = number_value(parts[0].text)
    return tree.Number(Decimal(0) if digits is None else digits, names[-1] if names else None, scale, span=span)


def _string(parts: list[Any], span: Span) -> tree.Text:
    return tree.Text(value(parts[0].text), span=span)


def _reference(parts: list[Any], span: Span) -> tree.Reference:
    return tree.Reference(tuple([_name(part) for part in parts]), span=span)


def _call(parts: list[Any], span: Span) -> tree.Call:
    return tree.Call(_name(parts[0]), tuple(parts[1:]), span=span)


def _named(parts: list[Any], span: Span) -> tree.Argument:
    return tree.Argument(_name(parts[0]), parts[1], span=span)


def _positional(parts: list[Any], span: Span) -> tree.Argument:
    return tree.Argument(None, parts[0], span=span)


def _sequence(parts: list[Any], span: Span) -> tree.Sequence:
    return tree.Sequence(tuple(parts), span=span)


BUILDERS: dict[str, Callable[[list[Any], Span], Any]] = {
    "start": _start,
    "version": _version,
    "attribute": _attribute,
    "block": _block,
    "header": _header,
    "extends": lambda parts, span: _Extends(parts[0]),
    "when": lambda parts, span: _When(parts[0]),
    "because": lambda parts, span: _Because(parts[0]),
    "rule": _rule,
    "waiver": _waiver,
    "turn": _turn,
    "let": _let,
    "import": _import,
    "binary": _binary,
    "negative": _negative,
    "group": lambda parts, span: parts[0],
    "number": _number,
    "string": _string,
    "reference": _reference,
    "call": _call,
    "named": _named,
    "positional": _positional,
    "sequence": _sequence,
}
"""One entry a rule or alias of the grammar that makes a node; a test holds the two together."""
