"""All names of a file share one namespace, and no constant is defined by itself."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.circles import circles
from ftspec.compile.codes import CYCLE, DUPLICATE_LABEL, RESERVED_NAME
from ftspec.compile.program.scope import Scope
from ftspec.syntax.tree import (
    Argument,
    Binary,
    Block,
    Call,
    Expression,
    File,
    Import,
    Let,
    Name,
    Negative,
    Reference,
    Sequence,
)
from ftspec.text.diagnostic import Diagnostic, Label

LABELLED = ("model", "template", "data", "train", "overlay")
"""Blocks that carry a label."""

SINGLE = ("goal", "search", "budget", "hardware", "gates", "output", "policy")
"""Blocks without a label, at most one of each in a file."""

RESERVED = frozenset({"true", "false", "auto", "baseline", "shipped"})
"""Words that mean something wherever a value stands."""


def check_names(file: File, scope: Scope) -> Iterator[Diagnostic]:
    """Names that are defined twice, single blocks that stand twice, and names that mean something already."""
    seen: dict[str, Name] = {}
    for name, what in _defined(file):
        if name.text in RESERVED and what != "block":
            message = f"`{name.text}` has a meaning of its own and names nothing else"
            yield Diagnostic(RESERVED_NAME, message, scope.place(name.span), "choose another name")
        elif name.text in seen:
            first = Label(scope.place(seen[name.text].span), "first defined here")
            message, help = f"`{name.text}` is defined twice", "rename or remove one"
            if what == "block":
                message, help = f"there is one `{name.text}` block in a file", "join them into one block"
            yield Diagnostic(DUPLICATE_LABEL, message, scope.place(name.span), help, (first,))
        seen.setdefault(name.text, name)


def _defined(file: File) -> Iterator[tuple[Name, str]]:
    for each in file.statements:
        match each:
            case Let() | Import():
                yield each.name, "name"
            case Block(label=Name() as label):
                yield label, "name"
            case Block(kind=kind) if kind.text in SINGLE:
                yield kind, "block"
            case _:
                pass


def self_defined(file: File, scope: Scope) -> Iterator[Diagnostic]:
    """Constants that reach themselves, each circle once, at its first constant."""
    lets: dict[str, Let] = {}
    for each in file.statements:
        if isinstance(each, Let):
            lets.setdefault(each.name.text, each)
    for circle in circles({name: tuple(_names(each.value)) for name, each in lets.items()}):
        name = circle[0]
        which = f"`{name}`" if len(circle) == 2 else "one of them"
        message = f"`let {name}` is defined by itself: {' → '.join(circle)}"
        place = scope.place(lets[name].name.span)
        yield Diagnostic(CYCLE, message, place, f"give {which} a `let` with a value of its own")


def _names(node: Expression | Argument) -> Iterator[str]:
    """Every plain name in an expression."""
    match node:
        case Reference() if len(node.parts) == 1:
            yield node.text
        case Binary():
            yield from (*_names(node.left), *_names(node.right))
        case Negative():
            yield from _names(node.operand)
        case Argument():
            yield from _names(node.value)
        case Call(arguments=items) | Sequence(items=items):
            yield from (name for each in items for name in _names(each))
        case _:
            pass
