"""Metrics in rules: `f1(tickets.test, average = macro, of = router)`."""

from __future__ import annotations

from typing import Any

from ftspec.compile.codes import (
    BAD_EXPRESSION,
    MISSING_ARGUMENT,
    NO_COMPARISON,
    UNKNOWN_ARGUMENT,
    UNKNOWN_NAME,
    WRONG_TYPE,
)
from ftspec.compile.program.scope import Scope
from ftspec.compile.read.calls import keyword_class, read_arguments
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms import LabelForm, read_as
from ftspec.compile.read.measures import BUDGET
from ftspec.compile.read.quoted import meant_by
from ftspec.kinds import keywords
from ftspec.spec import foreign
from ftspec.spec.rules import Score
from ftspec.spec.types import Use
from ftspec.syntax.tree import COMPARISONS, Argument, Binary, Call, Expression, Operator, Reference, Text
from ftspec.syntax.unparse import expression_text
from ftspec.text.diagnostic import Edit, Fix

DATA = LabelForm(("data",), as_use=True)

_DATA = ("data", "dataset", "on", "over_data", "data_set", "eval_data")
"""Names that people give to the data of a metric."""


def read_score(context: Context, node: Expression, scope: Scope) -> Score | Missing:
    """What a `report` measures."""
    match node:
        case Call():
            return score_of(context, node, scope)
        case Reference():
            message = f"`{node.text}` has no value here"
            return context.report(UNKNOWN_NAME, message, scope, node.span, bare_help(node.text))
        case Binary(operator=operator) if operator in COMPARISONS and isinstance(node.left, Call):
            help = f"write `report {expression_text(node.left)}`, or `warn {expression_text(node)}`"
            message = "`report` measures and compares nothing"
            return context.report(NO_COMPARISON, message, scope, node.span, help)
        case Binary(operator=Operator.MINUS, left=Reference() as left, right=Call() as right):
            name = f"{left.text}_{right.name.text}"
            text = expression_text(right).replace(right.name.text, name, 1)
            return context.report(UNKNOWN_NAME, "a name has no `-`", scope, node.span, f"write `{text}`")
        case Text() if (foreign.keyword(node.value)[0] or node.value) in keywords("metrics"):
            return context.report(WRONG_TYPE, "a metric has no quotes", scope, node.span, bare_help(node.value))
        case _:
            help = "write it as in `report accuracy(tickets.test)`"
            return context.report(NO_COMPARISON, "a metric is due here", scope, node.span, help)


def bare_help(name: str) -> str:
    """What to write for a name that stands where a metric is due."""
    known = keywords("metrics")
    ours = name if name in known else foreign.keyword(name)[0]
    if ours in known:
        return f"a metric names its data: `{ours}(tickets.test)`"
    return "write a metric, as in `accuracy(tickets.test)`"


def score_of(context: Context, node: Call, scope: Scope) -> Score | Missing:
    """A metric with the data it reads, and the stage or model that it scores."""
    kind: Any = keyword_class(context, node, scope, "metrics")
    if isinstance(kind, Missing):
        return kind
    positional = [each for each in node.arguments if each.name is None]
    named = next((each for each in node.arguments if each.name and each.name.text in _DATA), None)
    if named is not None and named.name is not None and len(positional) < kind.uses:
        value = expression_text(named.value)
        fix = Fix((Edit(named.span, value),), safe=True)
        help = f"write `{node.name.text}({value})`"
        message = f"the data of a metric has no `{named.name.text} =`"
        return context.report(UNKNOWN_ARGUMENT, message, scope, named.name.span, help, fix)
    of = _named_of(node, kind)
    taken = (*positional[: kind.uses], *((of,) if of else ()))
    uses = [_use(context, each.value, node, scope) for each in positional[: kind.uses]]
    stage = read_as(context, (LabelForm(("train", "model"), False),), of.value, scope) if of else None
    metric = read_arguments(context, node, scope, kind, tuple(each for each in node.arguments if each not in taken))
    if len(uses) < kind.uses:
        return _no_data(context, node, scope, kind)
    readable = tuple(each for each in uses if not isinstance(each, Missing))
    if isinstance(metric, Missing) or isinstance(stage, Missing) or len(readable) < len(uses):
        return MISSING
    return Score.model_construct(metric=metric, uses=readable, of=stage)


def _named_of(node: Call, kind: Any) -> Argument | None:
    """The argument `of`, where the metric itself has none."""
    if "of" in kind.model_fields:
        return None
    return next((each for each in node.arguments if each.name and each.name.text == "of"), None)


def _no_data(context: Context, node: Call, scope: Scope, kind: Any) -> Missing:
    given = "".join(f", {each.name.text} = {expression_text(each.value)}" for each in node.arguments if each.name)
    message = f"`{node.name.text}` needs the data it is measured on"
    help = f"write `{node.name.text}(tickets.test{given})` with a split of your data"
    if kind.uses > 1:
        message = f"`{node.name.text}` is measured on {kind.uses} data sets"
        help = f"write it as in `{kind.valid[0]}`, with your data"
    return context.report(MISSING_ARGUMENT, message, scope, node.span, help)


def _use(context: Context, node: Expression, call: Call, scope: Scope) -> Use | Missing:
    resolved = context.resolved(node, scope)
    if isinstance(resolved, Missing):
        return resolved
    node, scope = resolved
    if isinstance(node, Reference):
        return DATA.read(context, node, scope)  # type: ignore[return-value]
    help, fix = f"write `{call.name.text}(tickets.test)` with a split of your data", None
    if isinstance(node, Text) and (meant := meant_by(context, (DATA,), node, scope)) is not None:
        help, fix = f"write `{call.name.text}({meant.text})`", Fix((Edit(node.span, meant.text),), safe=True)
    return context.report(WRONG_TYPE, "the name of the data is due here", scope, node.span, help, fix)


def misplaced_metric(context: Context, node: Call, scope: Scope) -> Missing:
    """A metric in a budget."""
    if node.name.text in BUDGET:
        help = f"write `{node.name.text}`: it is the whole plan's"
        message = f"`{node.name.text}` takes nothing in brackets"
        fix = Fix((Edit(node.span, node.name.text),), safe=False)
        return context.report(BAD_EXPRESSION, message, scope, node.span, help, fix)
    message = "a budget is about the plan, and metrics are known after training"
    return context.report(BAD_EXPRESSION, message, scope, node.span, "move this rule into `gates { … }`")
