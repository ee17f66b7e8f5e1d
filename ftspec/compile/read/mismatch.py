"""A value of the wrong shape: what stands there, and how the right thing is written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ftspec.compile.codes import NOT_A_CHOICE, UNKNOWN_NAME, WRONG_TYPE
from ftspec.compile.program.names import look_up
from ftspec.compile.program.scope import Scope
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms import (
    BareForm,
    CallForm,
    Choice,
    Form,
    LabelForm,
    LengthForm,
    ListForm,
    Numeric,
    PathForm,
    String,
    Switch,
    forms_of,
)
from ftspec.compile.read.forms.labels import PARTS
from ftspec.compile.read.quoted import call_for, meant_by
from ftspec.compile.read.units import UNITS
from ftspec.kinds import find, keywords
from ftspec.spec import foreign
from ftspec.syntax.tree import Binary, Call, Expression, Number, Operator, Reference, Text
from ftspec.syntax.tree import Sequence as List
from ftspec.syntax.unparse import expression_text
from ftspec.text.diagnostic import Edit, Fix
from ftspec.text.suggest import similar


def report_mismatch(context: Context, forms: Sequence[Form], node: Expression, scope: Scope) -> Missing:
    """Says why no form takes the node."""
    if not forms:
        return context.report(WRONG_TYPE, "no value can stand here", scope, node.span, "leave it out")
    listed = [form for form in forms if isinstance(form, ListForm) and any(item.takes(node) for item in form.items)]
    match node:
        case Text() if (meant := meant_by(context, forms, node, scope)) is not None:
            fix = Fix((Edit(node.span, meant.text),), safe=meant.same)
            message = "this stands without quotes" if meant.same else "a string cannot stand here"
            return context.report(WRONG_TYPE, message, scope, node.span, f"write `{meant.text}`", fix)
        case Reference() if listed and foreign.words("values").get(node.text.lower()) in _options(forms):
            return _word(context, forms, node, scope)
        case Text() if listed and (items := [each.strip() for each in node.value.split(",")])[1:]:
            text = f"[{', '.join(items)}]"
            fix = Fix((Edit(node.span, text),), safe=False)
            return context.report(WRONG_TYPE, "a list stands in brackets", scope, node.span, f"write `{text}`", fix)
        case _ if listed and not isinstance(node, List):
            text = f"[{expression_text(node)}]"
            fix = Fix((Edit(node.span, text),), safe=listed[0].count is None)
            words = "".join(f", or {form.title}" for form in forms if isinstance(form, Choice))
            help = f"write `{text}`{words}" if listed[0].count is None else f"write {listed[0].title}"
            return context.report(WRONG_TYPE, "a list stands in brackets", scope, node.span, help, fix)
        case Reference() if node.text in foreign.NOTHING:
            help = "leave the attribute out for its default"
            return context.report(WRONG_TYPE, f"`{node.text}` is no value", scope, node.span, help)
        case Reference():
            return _word(context, forms, node, scope)
        case List() if len(node.items) == 1 and any(form.takes(node.items[0]) for form in forms):
            help = f"write `{expression_text(node.items[0])}`"
            return context.report(WRONG_TYPE, "a list cannot stand here", scope, node.span, help)
        case List() if any(isinstance(form, LabelForm) and form.as_use for form in forms):
            help = "name one data set; to join several, write a `data` block with a `mixture`"
            return context.report(WRONG_TYPE, "a list cannot stand here", scope, node.span, help)
        case List() if (one := _only_file(forms, node)) is not None:
            return context.report(WRONG_TYPE, "a list cannot stand here", scope, node.span, f"write `{one}`")
        case List() if any(isinstance(form, CallForm) and form.family == "sources" for form in forms):
            help = 'name several files by one pattern, `jsonl("data/*.jsonl")`, or write a `mixture`'
            return context.report(WRONG_TYPE, "a list cannot stand here", scope, node.span, help)
        case _:
            help = f"write {_instead(forms, node, scope) or _due(forms)}"
            return context.report(WRONG_TYPE, f"{_shape(node)} cannot stand here", scope, node.span, help)


def _options(forms: Sequence[Form]) -> list[str]:
    return [each for form in forms if isinstance(form, Choice) for each in form.options]


def _only_file(forms: Sequence[Form], node: List) -> str | None:
    """The source that a list of one path stands for."""
    only = node.items[0] if len(node.items) == 1 else None
    meant = call_for(forms, only.value) if isinstance(only, Text) else None
    return meant.text if meant else None


def _instead(forms: Sequence[Form], node: Expression, scope: Scope) -> str | None:
    """What a number, an expression or a call stands for where none of them can be."""
    is_label = any(isinstance(form, LabelForm) for form in forms)
    if is_label and isinstance(node, Binary | Call):
        parts = [node.left, node.right] if isinstance(node, Binary) and node.operator is Operator.OVER else []
        names = [each.text for each in parts if isinstance(each, Reference)]
        if isinstance(node, Call) and node.name.text in PARTS and len(node.arguments) == 1:
            return f"`{expression_text(node.arguments[0].value)}.{node.name.text}`"
        if isinstance(node, Call) and node.name.text in scope.labels:
            return f"`{node.name.text}`"
        if isinstance(node, Call) and node.name.text in keywords("sources"):
            return f"`source = {node.name.text}(…)` in a `data` block, and the name of that block here"
        return f"`{'.'.join(names)}`" if len(names) == 2 else None
    if is_label and isinstance(node, Number) and node.unit is not None and node.unit.text == "%":
        share = f"split {{ validation = {expression_text(node)} }}"
        return f"`{share}` in the `data` block, and here its part: `tickets.validation`"
    if isinstance(node, Call) and any(isinstance(form, LengthForm) for form in forms) and len(node.arguments) == 1:
        return f"`{expression_text(node.arguments[0].value)} {node.name.text}`" if node.name.text in UNITS else None
    if isinstance(node, Call) and any(isinstance(form, Numeric) for form in forms):
        return "the value itself, or a `let` constant: a spec computes nothing and reads no environment"
    if isinstance(node, Binary) and node.operator is Operator.MINUS and any(isinstance(f, BareForm) for f in forms):
        text = scope.source.text[node.span.start : node.span.end]
        return f"`{text.replace('-', '_')}`" if re.fullmatch(r"[\w-]+", text) else None
    if isinstance(node, Binary) and any(isinstance(form, String) for form in forms):
        return f'`"{scope.source.text[node.span.start : node.span.end]}"`'
    return _as_argument(forms, node) if isinstance(node, Number) else None


def _as_argument(forms: Sequence[Form], node: Number) -> str | None:
    """The one call that takes such a number: `near(0.8)` for `0.8`, `early_stopping(patience = 3)` for `3`."""
    found = []
    for form in (each for each in forms if isinstance(each, CallForm)):
        ours = foreign.keyword(expression_text(node).replace(" ", ""))[0]  # `4bit`
        if ours in form.keywords:
            return f"`{form.written(ours)}`"
        for keyword in form.keywords:
            kind = find(form.family, keyword)
            fields = {field.alias or name: field for name, field in kind.model_fields.items()} if kind else {}
            taking = [name for name, field in fields.items() if any(each.takes(node) for each in forms_of(field))]
            if kind and taking and taking[0] in kind.positional:
                found.append(f"`{keyword}({expression_text(node)})`")
            elif taking and len(form.keywords) == 1:
                found.append(f"`{keyword}({taking[0]} = {expression_text(node)})`")
    words = "".join(f" or {form.title}" for form in forms if isinstance(form, Choice))
    return found[0] + words if len(found) == 1 else None


def _due(forms: Sequence[Form]) -> str:
    return " or ".join(form.title for form in forms)


def _word(context: Context, forms: Sequence[Form], node: Reference, scope: Scope) -> Missing:
    """A bare name where no such name is possible."""
    calls = {keyword: form for form in forms if isinstance(form, CallForm) for keyword in form.keywords}
    options = [each for form in forms if isinstance(form, Choice) for each in form.options]
    if node.text in calls:
        written = calls[node.text].written(node.text)
        fix = Fix((Edit(node.span, written),), safe=written == f"{node.text}()")
        return context.report(WRONG_TYPE, f"`{node.text}` is a call", scope, node.span, f"write `{written}`", fix)
    if calls or options:
        return _choice(context, forms, node, scope, calls, options)
    if any(isinstance(form, String) for form in forms):
        fix = Fix((Edit(node.span, f'"{node.text}"'),), safe=look_up(node, scope) is None)
        return context.report(WRONG_TYPE, "a string stands in quotes", scope, node.span, f'write `"{node.text}"`', fix)
    return _constant(context, forms, node, scope)


def _choice(
    context: Context,
    forms: Sequence[Form],
    node: Reference,
    scope: Scope,
    calls: dict[str, CallForm],
    options: list[str],
) -> Missing:
    quoted = call_for(forms, node.text) if len(node.parts) > 1 else None
    if quoted is not None:
        fix = Fix((Edit(node.span, quoted.text),), safe=False)
        message = f"the name `{node.text}` cannot stand here"
        return context.report(WRONG_TYPE, message, scope, node.span, f"write `{quoted.text}`", fix)
    ours = foreign.words("values").get(node.text.lower())
    known = (*options, *calls)
    nearest = ours if ours in known else similar(node.text, known)
    written = calls[nearest].written(nearest) if nearest in calls else nearest
    safe = any(isinstance(form, Switch) for form in forms) and nearest in ("true", "false")
    mended = Fix((Edit(node.span, written),), safe=safe) if written else None
    help = f"write `{written}`" if written else f"write {_due(forms)}"
    constant = similar(node.text, scope.lets) if any(isinstance(form, Numeric) for form in forms) else None
    if not written and constant:
        help, mended = f"a similar constant exists: `{constant}`", Fix((Edit(node.span, constant),), safe=False)
    elif not written and any(isinstance(form, Numeric) for form in forms) and node.text.isidentifier():
        help = f"{help}, or add `let {node.text} = …`"
    return context.report(NOT_A_CHOICE, f"`{node.text}` is not possible here", scope, node.span, help, mended)


def _constant(context: Context, forms: Sequence[Form], node: Reference, scope: Scope) -> Missing:
    if scope.unreadable:
        return MISSING
    nearest = similar(node.text, scope.lets) if any(isinstance(form, Numeric | LengthForm) for form in forms) else None
    if nearest and len(node.parts) == 1:
        fix = Fix((Edit(node.span, nearest),), safe=False)
        help = f"a similar constant exists: `{nearest}`"
        return context.report(UNKNOWN_NAME, f"no constant is called `{node.text}`", scope, node.span, help, fix)
    if any(isinstance(form, PathForm) for form in forms):
        text = f'"{node.text}"'
        fix = Fix((Edit(node.span, text),), safe=False)
        return context.report(WRONG_TYPE, "a path stands in quotes", scope, node.span, f"write `{text}`", fix)
    message = f"the name `{node.text}` cannot stand here"
    digits = re.fullmatch(r"[A-Za-z]+_?([0-9]+)", node.text)  # `p95`
    is_number = any(isinstance(form, Numeric | LengthForm) for form in forms)
    name = node.parts[-1].text
    if is_number and node.parts[0].text in _PREFIXES and name in scope.lets:
        fix = Fix((Edit(node.span, name),), safe=True)
        return context.report(UNKNOWN_NAME, "a constant has no prefix", scope, node.span, f"write `{name}`", fix)
    help = f"write `{digits[1]}`" if digits and is_number else f"write {_due(forms)}"
    if is_number and not digits and look_up(node, scope) is None:
        message, help = f"no constant is called `{node.text}`", f"{help}, or add `let {name} = …` and write `{name}`"
    return context.report(WRONG_TYPE, message, scope, node.span, help)


_PREFIXES = frozenset({"var", "local", "let", "const", "params", "config", "self", "this"})
"""What other languages write before a constant."""


def _shape(node: Expression) -> str:
    match node:
        case Call():
            return f"the call `{node.name.text}(…)`"
        case List():
            return "a list"
        case Text():
            return "a string"
        case Binary():
            return "an expression"
        case _:
            return f"the number `{expression_text(node)}`"
