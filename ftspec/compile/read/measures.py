"""Units in rules: both sides of a comparison measure the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ftspec.compile.codes import MISSING_UNIT, OUT_OF_RANGE, WRONG_UNIT
from ftspec.compile.program.names import Constant as Let
from ftspec.compile.program.names import look_up
from ftspec.compile.program.scope import Scope
from ftspec.compile.read.context import Context, Missing
from ftspec.compile.read.quantities import Quantity as Folded
from ftspec.compile.read.quantities import fold
from ftspec.compile.read.units import EXAMPLES, TITLES
from ftspec.spec.rules import Arithmetic, Comparison, Logic, Quantity, Score
from ftspec.spec.types import Dimension
from ftspec.syntax.tree import Binary, Expression, Negative, Number, Operator, Reference
from ftspec.syntax.unparse import number_text

BUDGET = {"memory": Dimension.BYTES, "time": Dimension.TIME, "cost": Dimension.MONEY}
"""What a budget is about."""

_BY_UNIT = {"s": Dimension.TIME, "B": Dimension.BYTES, "USD": Dimension.MONEY}
_SHOWN = {Dimension.TIME: ("ms", "s"), Dimension.BYTES: ("GiB",), Dimension.MONEY: (" USD",)}
_PLANNED = {**_SHOWN, Dimension.TIME: ("h", "min")}
"""Units that are tried on a number without one: of a measurement, and of a whole plan."""


def check_units(context: Context, node: Binary, comparison: Comparison, scope: Scope) -> None:
    """Reports every number of a comparison whose unit is not the one of what is measured."""
    measured = [each for each in leaves_of(comparison) if isinstance(each, Quantity | Score)]
    due = {_dimension(each) for each in measured}
    if len(due) != 1:
        return
    dimension = due.pop()
    shown = _PLANNED if isinstance(measured[0], Quantity) else _SHOWN
    for side in (node.left, node.right):
        for term in _terms(side, scope):
            _check(context, term, dimension, scope, shown, alone=term is side)


def leaves_of(node: Any) -> Iterator[Any]:
    """The scores, constants and baselines of a condition, from left to right."""
    if isinstance(node, Arithmetic | Comparison | Logic):
        yield from leaves_of(node.left)
        yield from leaves_of(node.right)
    else:
        yield node


def _check(
    context: Context,
    node: Expression,
    due: Dimension,
    scope: Scope,
    shown: Mapping[Dimension, Sequence[str]],
    alone: bool,
) -> None:
    quantity = fold(context, node, scope)
    if isinstance(quantity, Missing):
        return
    if due is Dimension.SHARE and quantity.dimension in (Dimension.SHARE, Dimension.NUMBER):
        _check_share(context, node, quantity, scope, alone)
    elif quantity.dimension is Dimension.NUMBER and due is not Dimension.NUMBER:
        written = " or ".join(f"`{number_text(quantity.value)}{unit}`" for unit in shown.get(due, ()))
        help = f"write {written}" if written else f"write it as in {EXAMPLES[due]}"
        context.report(MISSING_UNIT, f"{TITLES[due]} is due here, and this has no unit", scope, node.span, help)
    elif quantity.dimension is not due:
        message = f"{TITLES[due]} is due here, not {TITLES[quantity.dimension]}"
        help = f"write it as in {EXAMPLES[due]}"
        if due is Dimension.NUMBER and isinstance(node, Number):
            help = f"write `{number_text(node.value)}`: the metric has its own unit, which is not written"
        if quantity.dimension is Dimension.SHARE and not alone:
            help = "to ask for a tenth more, multiply: `1.1 * baseline`"
        elif quantity.dimension is Dimension.SHARE and due is Dimension.NUMBER:
            help = "write a number such as `0.8` or `20`, or compare with the model before training: `1.1 * baseline`"
        context.report(WRONG_UNIT, message, scope, node.span, help)


def _check_share(context: Context, node: Expression, quantity: Folded, scope: Scope, alone: bool) -> None:
    """A ratio lies between 0 and 1; what is added to a baseline may be negative."""
    lowest = 0 if alone else -1
    if lowest <= quantity.value <= 1:
        return
    if quantity.dimension is Dimension.NUMBER and abs(quantity.value) <= 100:
        help = f"write `{number_text(quantity.value)}%`"
        context.report(MISSING_UNIT, "this metric lies between 0 and 1", scope, node.span, help)
    else:
        message = "this metric lies between 0 and 1, so the rule says nothing"
        context.report(OUT_OF_RANGE, message, scope, node.span, "write a share from `0%` to `100%`")


def _dimension(leaf: Quantity | Score) -> Dimension:
    if isinstance(leaf, Quantity):
        return BUDGET[leaf.name]
    metric: Any = leaf.metric
    return Dimension.SHARE if metric.ratio else _BY_UNIT.get(metric.unit, Dimension.NUMBER)


def _terms(node: Expression, scope: Scope) -> Iterator[Expression]:
    """The constants that stand alone in a sum: factors and divisors have no unit of their own."""
    if isinstance(node, Binary) and node.operator in (Operator.PLUS, Operator.MINUS):
        yield from _terms(node.left, scope)
        yield from _terms(node.right, scope)
    elif isinstance(node, Number | Negative) or _is_constant(node, scope):
        yield node


def _is_constant(node: Expression, scope: Scope) -> bool:
    return isinstance(node, Reference) and isinstance(look_up(node, scope), Let)
