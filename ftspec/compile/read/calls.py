"""Calls: a keyword of a family and its arguments become a frozen `Kind`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic.fields import FieldInfo

from ftspec.compile.codes import (
    DUPLICATE_ATTRIBUTE,
    MISSING_ARGUMENT,
    TOO_MANY_ARGUMENTS,
    UNKNOWN_ARGUMENT,
    UNKNOWN_KEYWORD,
)
from ftspec.compile.program.sections import Scope
from ftspec.compile.read.build import build
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms import forms_of, read_as
from ftspec.kinds import families, find, keywords
from ftspec.spec.foreign import ARGUMENTS, KEYWORDS
from ftspec.spec.kind import Kind
from ftspec.syntax.tree import Argument, Call
from ftspec.text.diagnostic import Edit, Fix, Place
from ftspec.text.suggest import similar


def read_call(context: Context, node: Call, scope: Scope, family: str) -> Kind | Missing:
    """The value of a call to a keyword of `family`."""
    kind = keyword_class(context, node, scope, family)
    return kind if isinstance(kind, Missing) else read_arguments(context, node, scope, kind, node.arguments)


def keyword_class(context: Context, node: Call, scope: Scope, family: str) -> type[Kind] | Missing:
    """The class behind the call's name."""
    kind = find(family, node.name.text)
    if kind is not None:
        return kind
    name = node.name.text
    known = keywords(family)
    nearest = KEYWORDS.get(name) if KEYWORDS.get(name) in known else similar(name, known)
    other = next((each for each in families() if name in keywords(each)), None)
    fix = Fix((Edit(node.name.span, nearest),), safe=False) if nearest else None
    help = f"write `{nearest}`" if nearest else f"the {_title(family)} are " + ", ".join(f"`{each}`" for each in known)
    what = (
        f"`{name}` is one of the {_title(other)}, not of the {_title(family)}"
        if other
        else f"unknown {_one(family)} `{name}`"
    )
    return context.report(UNKNOWN_KEYWORD, what, scope, node.name.span, help, fix)


def _title(family: str) -> str:
    return family.replace("_", " ")


def _one(family: str) -> str:
    return _title(family).removesuffix("s") if family != "stoppings" else "stopping rule"


def read_arguments(
    context: Context,
    node: Call,
    scope: Scope,
    kind: type[Kind],
    arguments: Sequence[Argument],
    given: Mapping[str, Any] | None = None,
) -> Kind | Missing:
    """The keyword's model from its arguments, positional ones first."""
    fields = _by_name(kind)
    values: dict[str, Any] = dict(given or {})
    places: dict[str, Place] = {}
    complete = True
    positional = iter(kind.positional)
    for argument in arguments:
        name = argument.name.text if argument.name else next(positional, None)
        if name is None or name not in fields:
            _report_unknown(context, argument, scope, kind)
            complete = False
        elif name in places:
            context.report(DUPLICATE_ATTRIBUTE, f"`{name}` is given twice", scope, argument.span, "keep one of the two")
        else:
            places[name] = scope.place(argument.value.span)
            values[name] = read_as(context, forms_of(fields[name]), argument.value, scope)
    complete = _all_required(context, node, scope, fields, {**values, **dict.fromkeys(places)}) and complete
    if not complete or any(isinstance(each, Missing) for each in values.values()):
        return MISSING
    return build(context, kind, values, places, scope.place(node.span))


def _by_name(kind: type[Kind]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in kind.model_fields.items()}


def _all_required(
    context: Context, node: Call, scope: Scope, fields: Mapping[str, FieldInfo], present: Mapping[str, Any]
) -> bool:
    missing = [name for name, field in fields.items() if field.is_required() and name not in present]
    for name in missing:
        due = " or ".join(form.title for form in forms_of(fields[name]))
        message = f"`{node.name.text}` needs `{name}`"
        context.report(MISSING_ARGUMENT, message, scope, node.span, f"write `{node.name.text}({name} = …)` with {due}")
    return not missing


def _report_unknown(context: Context, argument: Argument, scope: Scope, kind: type[Kind]) -> None:
    names = tuple(_by_name(kind))
    if argument.name is None:
        most = len(kind.positional)
        message = f"`{kind.keyword()}` takes {'no' if most == 0 else f'at most {most}'} argument{'' if most == 1 else 's'} without a name"
        help = f"name it: {', '.join(f'`{each} = …`' for each in names)}" if names else f"write `{kind.keyword()}()`"
        context.report(TOO_MANY_ARGUMENTS, message, scope, argument.span, help)
        return
    text = argument.name.text
    ours = ARGUMENTS.get(text)
    nearest = ours if ours in names else similar(text, names)
    fix = Fix((Edit(argument.name.span, nearest),), safe=ours in names) if nearest else None
    listed = ", ".join(f"`{each}`" for each in names)
    help = f"write `{nearest}`" if nearest else f"it takes {listed}" if names else "it takes no arguments"
    message = f"`{kind.keyword()}` has no argument `{text}`"
    context.report(UNKNOWN_ARGUMENT, message, scope, argument.name.span, help, fix)
