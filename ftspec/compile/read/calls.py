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
from ftspec.compile.program.scope import Scope
from ftspec.compile.read.build import build
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms import forms_of, read_as
from ftspec.kinds import families, find, keywords
from ftspec.spec.foreign import ARGUMENTS, KEYWORDS
from ftspec.spec.kind import Kind
from ftspec.syntax.tree import Argument, Call
from ftspec.syntax.unparse import expression_text
from ftspec.text.diagnostic import Diagnostic, Edit, Fix, Label, Place
from ftspec.text.suggest import similar


def read_call(context: Context, node: Call, scope: Scope, family: str) -> Kind | Missing:
    """The value of a call to a keyword of `family`."""
    kind = keyword_class(context, node, scope, family)
    return kind if isinstance(kind, Missing) else read_arguments(context, node, scope, kind, node.arguments)


def keyword_class(context: Context, node: Call, scope: Scope, family: str) -> type[Kind] | Missing:
    """The class behind the call's name."""
    name = node.name.text
    kind = find(family, name)
    if kind is not None:
        return kind
    known = keywords(family)
    other = next((each for each in families() if each != family and name in keywords(each)), None)
    if KEYWORDS.get(name) not in known and other:
        message = f"`{name}` is one of the {_title(other)}, not of the {_title(family)}"
        return context.report(UNKNOWN_KEYWORD, message, scope, node.name.span, _elsewhere(node, other, family))
    ours = KEYWORDS.get(name)
    nearest = ours if ours in known else similar(name, known)
    fix = Fix((Edit(node.name.span, nearest),), safe=False) if nearest else None
    help = f"write `{nearest}`" if nearest else f"the {_title(family)} are " + ", ".join(f"`{each}`" for each in known)
    return context.report(UNKNOWN_KEYWORD, f"unknown {_one(family)} `{name}`", scope, node.name.span, help, fix)


def _elsewhere(node: Call, other: str, family: str) -> str:
    """Where a keyword of another family belongs."""
    from ftspec.compile.vocabulary import attribute_for

    known = ", ".join(f"`{each}`" for each in keywords(family)[:6])
    attribute = attribute_for(other)
    written = f"`{attribute} = {node.name.text}(…)`" if attribute else None
    if other == "metrics":
        written = f"`require {node.name.text}(…)` in `gates`"
    return f"write {written}; here {known} are possible" if written else f"here {known} are possible"


def _title(family: str) -> str:
    return family.replace("_", " ")


_SINGULAR = {"stoppings": "stopping rule", "duplicates": "way to find duplicates", "curricula": "order"}


def _one(family: str) -> str:
    return _SINGULAR.get(family, _title(family).removesuffix("s"))


def read_arguments(
    context: Context, node: Call, scope: Scope, kind: type[Kind], arguments: Sequence[Argument]
) -> Kind | Missing:
    """The keyword's model from its arguments, positional ones first."""
    fields = _by_name(kind)
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    complete = True
    positional = iter(kind.positional)
    for argument in arguments:
        name = argument.name.text if argument.name else next(positional, None)
        if name is None or name not in fields:
            _report_unknown(context, argument, scope, kind, fields)
            complete = False
        elif name in places:
            _report_twice(context, name, argument, scope, places[name])
            complete = False
        else:
            places[name] = scope.place(argument.value.span)
            values[name] = read_as(context, forms_of(fields[name]), argument.value, scope)
    complete = _all_required(context, node, scope, kind, values, arguments) and complete
    if any(isinstance(each, Missing) for each in values.values()):
        complete = False
    values = {name: value for name, value in values.items() if not isinstance(value, Missing)}
    if not all(name in values for name, field in fields.items() if field.is_required()):
        return MISSING
    value, wrong = build(context, kind, values, places, scope.place(node.span))
    return value if complete and not wrong else MISSING


def _by_name(kind: type[Kind]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in kind.model_fields.items()}


def _report_twice(context: Context, name: str, argument: Argument, scope: Scope, first: Place) -> None:
    place = scope.place(argument.name.span if argument.name else argument.span)
    label = Label(first, "first given here")
    message = f"`{name}` is given twice"
    context.found.append(Diagnostic(DUPLICATE_ATTRIBUTE, message, place, "keep one of the two", (label,)))


def _all_required(
    context: Context,
    node: Call,
    scope: Scope,
    kind: type[Kind],
    present: Mapping[str, Any],
    arguments: Sequence[Argument],
) -> bool:
    fields = _by_name(kind)
    unknown = [each.name.text for each in arguments if each.name and each.name.text not in fields]
    meant = {_ours(name, tuple(fields)) for name in unknown}
    missing = [name for name, field in fields.items() if field.is_required() and name not in present]
    for name in missing:
        if name not in meant:
            message = f"`{node.name.text}` needs `{name}`"
            context.report(MISSING_ARGUMENT, message, scope, node.span, _how_to_give(kind, name, fields[name]))
    return not missing


def _how_to_give(kind: type[Kind], name: str, field: FieldInfo) -> str:
    """An example that gives the argument, or else what kind of value is due."""
    named = [text for text in kind.valid if f"{name} = " in text]
    if named or kind.valid:
        return f"write it as in `{(*named, *kind.valid)[0]}`"
    return f"write {' or '.join(form.title for form in forms_of(field))}"


def _ours(name: str, known: Sequence[str]) -> str | None:
    """The argument that an unknown name stands for."""
    ours = ARGUMENTS.get(name)
    return ours if ours in known else similar(name, known)


def _report_unknown(
    context: Context, argument: Argument, scope: Scope, kind: type[Kind], fields: Mapping[str, FieldInfo]
) -> None:
    names = tuple(fields)
    if argument.name is None:
        context.report(TOO_MANY_ARGUMENTS, _too_many(kind), scope, argument.span, _name_it(argument, kind, fields))
        return
    text = argument.name.text
    nearest = _ours(text, names)
    fix = Fix((Edit(argument.name.span, nearest),), safe=ARGUMENTS.get(text) == nearest) if nearest else None
    listed = ", ".join(f"`{each}`" for each in names)
    help = f"write `{nearest}`" if nearest else f"it takes {listed}" if names else "leave it out: it takes none"
    message = f"`{kind.keyword()}` has no argument `{text}`"
    context.report(UNKNOWN_ARGUMENT, message, scope, argument.name.span, help, fix)


def _too_many(kind: type[Kind]) -> str:
    most = len(kind.positional) + int(getattr(kind, "uses", 0))
    counted = {0: "no argument", 1: "one argument"}.get(most, f"{most} arguments")
    return f"`{kind.keyword()}` takes {counted} without a name"


def _name_it(argument: Argument, kind: type[Kind], fields: Mapping[str, FieldInfo]) -> str:
    """The first argument that such a value fits, by its name."""
    value = expression_text(argument.value)
    fitting = [
        name
        for name, field in fields.items()
        if name not in kind.positional and any(form.takes(argument.value) for form in forms_of(field))
    ]
    if fitting:
        return f"name it: `{fitting[0]} = {value}`"
    listed = ", ".join(f"`{each}`" for each in fields)
    return f"remove it; it takes {listed}" if fields else "remove it; it takes nothing else"
