"""Keywords and arguments of calls that do not exist, and what they probably stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from pydantic.fields import FieldInfo

from ftspec.compile.codes import MISSING_ARGUMENT, TOO_MANY_ARGUMENTS, UNKNOWN_ARGUMENT, UNKNOWN_KEYWORD
from ftspec.compile.program.scope import Scope
from ftspec.compile.read.context import Context, Missing
from ftspec.compile.read.forms import forms_of
from ftspec.kinds import families, keywords
from ftspec.spec import foreign
from ftspec.spec.kind import Kind
from ftspec.syntax.tree import Argument, Binary, Call, Operator, Reference
from ftspec.syntax.unparse import expression_text
from ftspec.text.diagnostic import Edit, Fix
from ftspec.text.suggest import similar

_SHORT = 60
"""A call of at most so many characters is written out in a help line."""

_SINGULAR = {
    "stoppings": "stopping rule",
    "duplicates": "way to find duplicates",
    "curricula": "order",
    "paraphrases": "way to paraphrase",
}


def report_keyword(context: Context, node: Call, scope: Scope, family: str) -> Missing:
    """A call to something that is no keyword of the family."""
    name, known = node.name.text, keywords(family)
    ours, extra = foreign.keyword(name)
    other = next((each for each in families() if each != family and name in keywords(each)), None)
    if ours not in known and other:
        message = f"`{name}` is one of the {_title(other)}, not of the {_title(family)}"
        return context.report(UNKNOWN_KEYWORD, message, scope, node.name.span, _elsewhere(node, other, family))
    if family == "metrics" and name in ("baseline", "shipped"):
        alone = Fix((Edit(node.span, name),), safe=False)
        help = f"write `{name}` alone: it is the rule's own metric on another model"
        return context.report(UNKNOWN_KEYWORD, f"`{name}` is no metric", scope, node.name.span, help, alone)
    nearest = ours if ours in known else similar(name, known)
    if len(known) == 1:
        nearest = known[0]
    fix = Fix((Edit(node.name.span, nearest),), safe=False) if nearest and not (ours in known and extra) else None
    help = f"the {_title(family)} are " + ", ".join(f"`{each}`" for each in known)
    if nearest:
        has_brackets = scope.source.text[node.span.end - 1 : node.span.end] == ")"  # a policy's words have none
        help = f"write `{_written(node, nearest, extra if nearest == ours else None, has_brackets)}`"
    return context.report(UNKNOWN_KEYWORD, f"unknown {_one(family)} `{name}`", scope, node.name.span, help, fix)


def _written(node: Call, keyword: str, extra: str | None, has_brackets: bool) -> str:
    """The call under its right name, with what the other name says besides."""
    if not node.arguments and not extra:
        return f"{keyword}()" if has_brackets else keyword
    given = [_argument_text(each) for each in node.arguments] + ([extra] if extra else [])
    text = f"{keyword}({', '.join(given)})"
    return text if len(text) <= _SHORT else f"{keyword}(…)"


def _argument_text(argument: Argument) -> str:
    value = expression_text(argument.value)
    return f"{argument.name.text} = {value}" if argument.name else value


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


def _one(family: str) -> str:
    return _SINGULAR.get(family, _title(family).removesuffix("s"))


def meant(kind: type[Kind], name: str, known: Sequence[str]) -> str | None:
    """The argument that an unknown name stands for: another tool's name of it, or one that looks like it."""
    ours = foreign.argument(kind.keyword(), name)
    return ours[0] if ours and ours[0] in known else similar(name, known)


def report_arguments(
    context: Context,
    node: Call,
    scope: Scope,
    kind: type[Kind],
    fields: Mapping[str, FieldInfo],
    unknown: Sequence[Argument],
    missing: Sequence[str],
) -> None:
    """Arguments that a call does not take, and those that it needs and that none of them stands for."""
    due = list(missing)
    for argument in unknown:
        name = argument.name.text if argument.name else None
        stands_for = meant(kind, name, tuple(fields)) if name else None
        if stands_for in due:
            due.remove(stands_for)
        elif name and due and stands_for is None:
            how = _how_to_give(kind, due[0], fields[due.pop(0)])
            _unknown(context, argument, scope, kind, f"it needs another: {how}")
            continue
        _report_unknown(context, argument, scope, kind, fields)
    for name in due:
        message = f"`{node.name.text}` needs `{name}`"
        context.report(MISSING_ARGUMENT, message, scope, node.span, _how_to_give(kind, name, fields[name]))


def _unknown(context: Context, argument: Argument, scope: Scope, kind: type[Kind], help: str) -> None:
    assert argument.name is not None
    message = f"`{kind.keyword()}` has no argument `{argument.name.text}`"
    context.report(UNKNOWN_ARGUMENT, message, scope, argument.name.span, help)


def _how_to_give(kind: type[Kind], name: str, field: FieldInfo) -> str:
    """An example that gives the argument, or else what kind of value is due."""
    named = [text for text in kind.valid if f"{name} = " in text]
    if named or kind.valid:
        return f"write it as in `{(*named, *kind.valid)[0]}`"
    return f"write {' or '.join(form.title for form in forms_of(field))}"


def _report_unknown(
    context: Context, argument: Argument, scope: Scope, kind: type[Kind], fields: Mapping[str, FieldInfo]
) -> None:
    names = (*fields, "of") if kind.family() == "metrics" else tuple(fields)
    if argument.name is None:
        context.report(TOO_MANY_ARGUMENTS, _too_many(kind), scope, argument.span, _name_it(argument, kind, fields))
        return
    text = argument.name.text
    nearest, said = meant(kind, text, names), foreign.argument(kind.keyword(), text)
    fixed = said[1] if said and said[0] == nearest else None
    if nearest is None or fixed:
        help = f"write `{nearest} = {fixed}`" if fixed else _of_the_block(kind, argument) or _listed(names)
        _unknown(context, argument, scope, kind, help)
        return
    fix = Fix((Edit(argument.name.span, nearest),), safe=bool(said and said[0] == nearest))
    message = f"`{kind.keyword()}` has no argument `{text}`"
    context.report(UNKNOWN_ARGUMENT, message, scope, argument.name.span, f"write `{nearest}`", fix)


def _listed(names: Sequence[str]) -> str:
    return "it takes " + ", ".join(f"`{each}`" for each in names) if names else "leave it out: it takes none"


def _of_the_block(kind: type[Kind], argument: Argument) -> str | None:
    """Where an argument belongs that is an attribute of the block the call stands in: `lr` of an optimizer."""
    assert argument.name is not None
    from ftspec.compile.vocabulary import NESTED

    name, value = argument.name.text, expression_text(argument.value)
    for block, attribute, known in _homes(kind.family()):
        ours = name if name in known else foreign.attribute(block, name)
        if ours in known and ours in NESTED:
            return f"`{ours}` is a block of `{block}`: write `{ours} {{ … }}` there"
        if ours in known and ours != attribute:
            said = foreign.remedy(block, name, value) if ours != name else None
            return f"{said or f'write `{ours} = {value}`'} in the `{block}` block itself"
        if name in foreign.needless():
            return f"leave it out: {foreign.needless()[name]}"
    return None


@cache
def _homes(family: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """The blocks in which calls of a family stand, the attribute that takes them, and all attributes there."""
    from ftspec.compile.vocabulary import attribute_for, attributes_of, homes_of

    attribute = attribute_for(family)
    return tuple((block, attribute, attributes_of(block)) for block in homes_of(attribute)) if attribute else ()


def _too_many(kind: type[Kind]) -> str:
    most = len(kind.positional) + int(getattr(kind, "uses", 0))
    counted = {0: "no argument", 1: "one argument"}.get(most, f"{most} arguments")
    return f"`{kind.keyword()}` takes {counted} without a name"


def _name_it(argument: Argument, kind: type[Kind], fields: Mapping[str, FieldInfo]) -> str:
    """The first argument that such a value fits, by its name."""
    value = expression_text(argument.value)
    match argument.value:
        case Binary(operator=Operator.EQUAL, left=Reference() as left, right=right) if left.text in fields:
            return f"write `{left.text} = {expression_text(right)}`"
    fitting = [
        name
        for name, field in fields.items()
        if name not in kind.positional and any(form.takes(argument.value) for form in forms_of(field))
    ]
    if fitting:
        return f"name it: `{fitting[0]} = {value}`"
    listed = ", ".join(f"`{each}`" for each in fields)
    return f"remove it; it takes {listed}" if fields else "remove it; it takes nothing else"
