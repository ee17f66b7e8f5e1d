"""Calls and lists, and the choice of a form for a node."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ftspec.compile.codes import WRONG_TYPE
from ftspec.compile.program.sections import Scope
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms.base import Form
from ftspec.compile.read.forms.words import Choice
from ftspec.syntax.tree import Binary, Call, Expression, Reference, Text
from ftspec.syntax.tree import Sequence as List
from ftspec.text.diagnostic import Edit, Fix
from ftspec.text.suggest import similar


@dataclass(frozen=True)
class CallForm(Form):
    """A keyword of a family with its arguments."""

    family: str

    @property
    def title(self) -> str:
        """What kind of call is due, with the first few keywords."""
        from ftspec.kinds import keywords

        return " or ".join(f"`{each}(...)`" for each in keywords(self.family)[:4])

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Call | Reference)

    def read(self, context: Context, node: Expression, scope: Scope) -> Any | Missing:
        from ftspec.compile.read.calls import read_call

        if isinstance(node, Reference):
            return self._without_parentheses(context, node, scope)
        assert isinstance(node, Call)
        return read_call(context, node, scope, self.family)

    def _without_parentheses(self, context: Context, node: Reference, scope: Scope) -> Missing:
        from ftspec.kinds import keywords

        known = keywords(self.family)
        name = node.text if node.text in known else similar(node.text, known)
        fix = Fix((Edit(node.span, f"{name}()"),), safe=node.text in known) if name else None
        help = f"write `{name}()`" if name else f"write {self.title}"
        return context.report(WRONG_TYPE, f"`{node.text}` is not a call", scope, node.span, help, fix)


@dataclass(frozen=True)
class ListForm(Form):
    """A list."""

    items: tuple[Form, ...]

    @property
    def title(self) -> str:
        """What is listed."""
        return "a list of " + " or ".join(each.title for each in self.items)

    def takes(self, node: Expression) -> bool:
        return isinstance(node, List)

    def read(self, context: Context, node: Expression, scope: Scope) -> Any | Missing:
        assert isinstance(node, List)
        values = [read_as(context, self.items, each, scope) for each in node.items]
        return MISSING if any(isinstance(each, Missing) for each in values) else tuple(values)


def read_as(context: Context, forms: Sequence[Form], node: Expression, scope: Scope) -> Any | Missing:
    """The value of a node by the first form that takes its shape."""
    literal = [
        form for form in forms if isinstance(form, Choice) and isinstance(node, Reference) and node.text in form.options
    ]
    if literal:
        return literal[0].read(context, node, scope)
    resolved = context.resolved(node, scope)
    if isinstance(resolved, Missing):
        return resolved
    node, scope = resolved
    for form in forms:
        if form.takes(node):
            return form.read(context, node, scope)
    if isinstance(node, Reference) and node.text in ("None", "null", "none"):
        return context.report(
            WRONG_TYPE, f"`{node.text}` is no value", scope, node.span, "leave the attribute out for its default"
        )
    due = " or ".join(form.title for form in forms)
    return context.report(WRONG_TYPE, f"{_shape(node)} cannot stand here", scope, node.span, f"write {due}")


def _shape(node: Expression) -> str:
    match node:
        case Text():
            return "a string"
        case Call():
            return f"the call `{node.name.text}(...)`"
        case List():
            return "a list"
        case Reference():
            return f"the name `{node.text}`"
        case Binary():
            return "an expression"
        case _:
            return "a number"
