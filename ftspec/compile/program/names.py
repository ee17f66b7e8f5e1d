"""Looks a dotted path up in a scope: a constant, a label, or a label of an imported file."""

from __future__ import annotations

from typing import NamedTuple

from ftspec.compile.program.scope import Scope
from ftspec.syntax.tree import Expression, Name, Reference


class Constant(NamedTuple):
    """A `let`, with the scope its value is read in."""

    name: str
    value: Expression
    scope: Scope


class Labelled(NamedTuple):
    """A block's label in the whole program, and what the path says after it."""

    label: str
    rest: tuple[Name, ...]


def look_up(path: Reference, scope: Scope) -> Constant | Labelled | None:
    """What a path means; imported names are followed into their file."""
    scope, parts = followed(path, scope)
    first = parts[0].text
    if len(parts) == 1 and first in scope.lets:
        return Constant(first, scope.lets[first], scope)
    if first in scope.labels:
        return Labelled(scope.prefix + first, parts[1:])
    return None


def followed(path: Reference, scope: Scope) -> tuple[Scope, tuple[Name, ...]]:
    """The scope that the path's aliases lead to, and what is left of the path."""
    parts = path.parts
    while len(parts) > 1 and parts[0].text in scope.imports:
        scope, parts = scope.imports[parts[0].text], parts[1:]
    return scope, parts


def visible(scope: Scope) -> tuple[str, ...]:
    """Every name that a file can say, imported labels included."""
    imported = (f"{alias}.{name}" for alias, each in scope.imports.items() for name in visible(each))
    return tuple(sorted({*scope.lets, *scope.labels, *imported}))
