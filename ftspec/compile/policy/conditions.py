"""Comparisons of a spec's attributes: `goal.kind == domain`, `train.learning_rate <= 1e-3`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any, NamedTuple

from ftspec.compile.codes import BAD_EXPRESSION, UNKNOWN_ATTRIBUTE, UNKNOWN_BLOCK
from ftspec.compile.program.scope import Scope
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.quantities import fold
from ftspec.compile.vocabulary import BLOCKS, attributes_of
from ftspec.spec.kind import Kind
from ftspec.spec.spec import Spec
from ftspec.syntax.tree import COMPARISONS, Binary, Expression, Negative, Number, Operator, Reference, Text
from ftspec.text.suggest import similar

_EXAMPLE = "write it as in `goal.kind == domain`"
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}


class Compared(NamedTuple):
    """`block.attribute operator value`."""

    block: str
    attribute: str
    operator: str
    value: str | float


class Joined(NamedTuple):
    """`left and right`, `left or right`."""

    every: bool
    left: Condition
    right: Condition


Condition = Compared | Joined


class Value(NamedTuple):
    """One attribute of a spec: where it stands and what it is."""

    path: str
    value: Any


def is_condition(node: Expression) -> bool:
    """Whether an expression compares attributes, rather than naming a requirement."""
    return isinstance(node, Binary) and node.operator in (*COMPARISONS, Operator.AND, Operator.OR)


def read_condition(context: Context, node: Expression, scope: Scope) -> Condition | Missing:
    """The condition in an expression, its names checked against the models."""
    if isinstance(node, Binary) and node.operator in (Operator.AND, Operator.OR):
        left, right = read_condition(context, node.left, scope), read_condition(context, node.right, scope)
        if isinstance(left, Missing) or isinstance(right, Missing):
            return MISSING
        return Joined(node.operator is Operator.AND, left, right)
    if not (isinstance(node, Binary) and node.operator in COMPARISONS and isinstance(node.left, Reference)):
        return context.report(BAD_EXPRESSION, "a condition compares an attribute", scope, node.span, _EXAMPLE)
    named, value = _attribute(context, node.left, scope), _value(context, node.right, scope)
    if isinstance(named, Missing) or isinstance(value, Missing):
        return MISSING
    return Compared(*named, node.operator.value, value)


def _attribute(context: Context, node: Reference, scope: Scope) -> tuple[str, str] | Missing:
    block, _, attribute = node.text.partition(".")
    if block not in BLOCKS:
        nearest = similar(block, BLOCKS)
        listed = ", ".join(f"`{each}`" for each in BLOCKS)
        help = f"a similar block exists: `{nearest}`" if nearest else f"the blocks are {listed}"
        return context.report(UNKNOWN_BLOCK, f"no kind of block is called `{block}`", scope, node.span, help)
    known = attributes_of(block)
    if attribute.partition(".")[0] not in known:
        nearest = similar(attribute, known)
        listed = ", ".join(f"`{each}`" for each in known)
        help = f"a similar attribute exists: `{nearest}`" if nearest else f"it has {listed}"
        return context.report(UNKNOWN_ATTRIBUTE, f"`{block}` has no attribute `{attribute}`", scope, node.span, help)
    return block, attribute


def _value(context: Context, node: Expression, scope: Scope) -> str | float | Missing:
    match node:
        case Text():
            return node.value
        case Reference() if node.text not in scope.lets:
            return node.text
        case Number() | Negative() | Binary() | Reference():
            quantity = fold(context, node, scope)
            return quantity if isinstance(quantity, Missing) else float(quantity.value)
        case _:
            return context.report(BAD_EXPRESSION, "this is no value to compare with", scope, node.span, _EXAMPLE)


def holds(condition: Condition, spec: Spec, every: bool = False) -> bool:
    """Whether a condition holds for any block of its kind, or with `every` for each of them."""
    return not broken(condition, spec) if every else _holds_somewhere(condition, spec)


def _holds_somewhere(condition: Condition, spec: Spec) -> bool:
    match condition:
        case Joined():
            sides = (_holds_somewhere(each, spec) for each in (condition.left, condition.right))
            return all(sides) if condition.every else any(sides)
        case Compared():
            return any(_is_so(condition, each.value) for each in values(condition, spec))


def broken(condition: Condition, spec: Spec) -> list[Value]:
    """The attributes that do not fit; empty where the condition holds for every block."""
    match condition:
        case Joined():
            left, right = broken(condition.left, spec), broken(condition.right, spec)
            return left + right if condition.every or (left and right) else []
        case Compared():
            return [each for each in values(condition, spec) if not _is_so(condition, each.value)]


def values(condition: Compared, spec: Spec) -> Iterator[Value]:
    """The attribute in every block of its kind."""
    for path, block in _blocks(condition.block, spec).items():
        value: Any = block
        for name in condition.attribute.split("."):
            value = getattr(value, "from_" if name == "from" else name, None)
        yield Value(f"{path}.{condition.attribute}", value)


def _blocks(kind: str, spec: Spec) -> dict[str, Any]:
    labelled = {"model": spec.models, "template": spec.templates, "data": spec.data, "train": spec.trains}
    if kind in labelled:
        return {f"{kind}.{label}": block for label, block in labelled[kind].items()}  # type: ignore[attr-defined]
    return {kind: getattr(spec, kind)}


def _is_so(condition: Compared, value: Any) -> bool:
    """A comparison with a value as a spec says it: a call by its keyword, a switch by its word."""
    if isinstance(value, Kind):
        value = value.keyword()
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(condition.value, str):
        value = "" if value is None else str(value)
    elif not isinstance(value, int | float | Decimal):
        return condition.operator == "!="
    return _COMPARE[condition.operator](value, condition.value)
