"""Calls: a keyword of a family and its arguments become a frozen `Kind`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic.fields import FieldInfo

from ftspec.compile.codes import DUPLICATE_ATTRIBUTE
from ftspec.compile.program.scope import Scope
from ftspec.compile.read.build import build
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms import forms_of, read_as
from ftspec.kinds import find
from ftspec.spec.kind import Kind
from ftspec.syntax.tree import Argument, Call
from ftspec.text.diagnostic import Diagnostic, Label, Place


def read_call(context: Context, node: Call, scope: Scope, family: str) -> Kind | Missing:
    """The value of a call to a keyword of `family`."""
    kind = keyword_class(context, node, scope, family)
    return kind if isinstance(kind, Missing) else read_arguments(context, node, scope, kind, node.arguments)


def keyword_class(context: Context, node: Call, scope: Scope, family: str) -> type[Kind] | Missing:
    """The class behind the call's name."""
    kind = find(family, node.name.text)
    if kind is None:
        from ftspec.compile.read.misnamed import report_keyword

        return report_keyword(context, node, scope, family)
    return kind


def read_arguments(
    context: Context, node: Call, scope: Scope, kind: type[Kind], arguments: Sequence[Argument]
) -> Kind | Missing:
    """The keyword's model from its arguments, positional ones first."""
    fields = _by_name(kind)
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    unknown: list[Argument] = []
    repeated = False
    positional = iter(kind.positional)
    for argument in arguments:
        name = argument.name.text if argument.name else next(positional, None)
        if name is None or name not in fields:
            unknown.append(argument)
        elif name in places:
            _report_twice(context, name, argument, scope, places[name])
            repeated = True
        else:
            places[name] = scope.place(argument.value.span)
            values[name] = read_as(context, forms_of(fields[name]), argument.value, scope)
    missing = [name for name, field in fields.items() if field.is_required() and name not in values]
    if unknown or missing:
        from ftspec.compile.read.misnamed import report_arguments

        report_arguments(context, node, scope, kind, fields, unknown, missing)
    complete = not (unknown or missing or repeated or any(isinstance(each, Missing) for each in values.values()))
    values = {name: value for name, value in values.items() if not isinstance(value, Missing)}
    if not all(name in values for name, field in fields.items() if field.is_required()):
        return MISSING
    known = len(context.found)
    value, wrong = build(context, kind, values, places, scope.place(node.span))
    if not complete:  # what a call says as a whole is not known where a part of it is not
        here = scope.place(node.span)
        context.found[known:] = [each for each in context.found[known:] if each.place != here]
    return value if complete and not wrong else MISSING


def _by_name(kind: type[Kind]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in kind.model_fields.items()}


def _report_twice(context: Context, name: str, argument: Argument, scope: Scope, first: Place) -> None:
    place = scope.place(argument.name.span if argument.name else argument.span)
    label = Label(first, "first given here")
    message = f"`{name}` is given twice"
    context.found.append(Diagnostic(DUPLICATE_ATTRIBUTE, message, place, "keep one of the two", (label,)))
