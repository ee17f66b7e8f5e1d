"""Numbers with units, and arithmetic on them."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import NamedTuple

from ftspec.compile.codes import BAD_EXPRESSION, MISSING_UNIT, UNKNOWN_NAME, WRONG_TYPE, WRONG_UNIT
from ftspec.compile.program.names import Constant, look_up
from ftspec.compile.program.scope import Scope
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.units import EXAMPLES, SCALES, TITLES, UNITS
from ftspec.spec.types import Dimension
from ftspec.syntax.tree import COMPARISONS, Binary, Expression, Negative, Number, Operator, Reference
from ftspec.syntax.unparse import expression_text, number_text
from ftspec.text.diagnostic import Edit, Fix
from ftspec.text.suggest import similar


class Quantity(NamedTuple):
    """A number in its dimension's base unit."""

    value: Decimal
    dimension: Dimension


def fold(
    context: Context,
    node: Expression,
    scope: Scope,
    above: tuple[Constant, ...] = (),
    due: tuple[Dimension, ...] = (),
) -> Quantity | Missing:
    """The value of a constant expression. Remedies keep to units of the dimensions that are `due`."""
    match node:
        case Number():
            return _number(context, node, scope, due)
        case Negative():
            inner = fold(context, node.operand, scope, above)
            return inner if isinstance(inner, Missing) else Quantity(-inner.value, inner.dimension)
        case Binary():
            return _arithmetic(context, node, scope, above)
        case Reference() if isinstance(target := look_up(node, scope), Constant):
            if any(each.name == target.name and each.scope is target.scope for each in above):
                return MISSING  # the circle is reported where names are read
            return fold(context, target.value, target.scope, (*above, target))
        case Reference() if scope.unreadable:
            return MISSING
        case Reference() if (unit := _OTHER_SPELLINGS.get(node.text, node.text)) in UNITS:
            help = f"write it as in {EXAMPLES[UNITS[unit].dimension]}"
            return context.report(WRONG_UNIT, f"the unit `{unit}` stands behind its number", scope, node.span, help)
        case Reference():
            nearest = similar(node.text, scope.lets)
            help = f"write a number, or add `let {node.parts[-1].text} = …`"
            if nearest:
                help = f"a similar constant exists: `{nearest}`"
            return context.report(UNKNOWN_NAME, f"no constant is called `{node.text}`", scope, node.span, help)
        case _:
            help = "write a number or a `let` constant"
            return context.report(WRONG_TYPE, "a number is due here", scope, node.span, help)


def _number(context: Context, node: Number, scope: Scope, due: tuple[Dimension, ...]) -> Quantity | Missing:
    if abs(node.value.adjusted()) > 300 and node.value:
        return context.report(
            BAD_EXPRESSION, "this number is out of all range", scope, node.span, "write a smaller one"
        )
    if node.unit is None:
        return Quantity(node.value, Dimension.NUMBER)
    unit = UNITS.get(node.unit.text)
    if unit is None:
        return _unknown_unit(context, node, scope, due)
    if node.scale is not None and unit.dimension not in _SCALED:
        return _scaled(context, node, scope, unit.dimension)
    scale = Decimal(1)
    if node.scale is not None:
        if node.scale.text not in SCALES:
            help = "write `K`, `M` or `B` for thousands, millions or billions: `2M tokens`"
            if node.scale.text.upper() in SCALES:
                scaled = replace(node, scale=replace(node.scale, text=node.scale.text.upper()))
                help = f"write `{expression_text(scaled)}`"
            return context.report(WRONG_UNIT, f"unknown scale `{node.scale.text}`", scope, node.scale.span, help)
        scale = SCALES[node.scale.text]
    return Quantity(node.value * scale * unit.factor, unit.dimension)


_SCALED = (Dimension.EPOCHS, Dimension.STEPS, Dimension.TOKENS, Dimension.ROWS, Dimension.MONEY)
"""What `K`, `M` and `B` count; bytes and times have units of their own for every size."""


def _scaled(context: Context, node: Number, scope: Scope, dimension: Dimension) -> Missing:
    assert node.scale is not None and node.unit is not None
    message = f"`{node.scale.text}` cannot stand before `{node.unit.text}`"
    return context.report(WRONG_UNIT, message, scope, node.scale.span, f"write it as in {EXAMPLES[dimension]}")


_OTHER_SPELLINGS = {
    "epoch": "epochs", "step": "steps", "token": "tokens", "row": "rows", "gb": "GB", "gib": "GiB", "mb": "MB",
    "mib": "MiB", "tb": "TB", "kb": "KB", "hours": "h", "hour": "h", "hr": "h", "hrs": "h", "minutes": "min",
    "minute": "min", "mins": "min", "seconds": "s", "second": "s", "sec": "s", "secs": "s", "msec": "ms",
    "msecs": "ms", "millis": "ms", "millisecond": "ms", "milliseconds": "ms", "days": "d", "day": "d",
    "gigabytes": "GB", "gigabyte": "GB", "megabytes": "MB", "megabyte": "MB", "bytes": "B", "byte": "B",
    "dollars": "USD", "dollar": "USD", "usd": "USD", "percent": "%", "pct": "%",
}  # fmt: skip
"""What is meant without a doubt."""

_PROBABLY = {
    "G": "GiB", "g": "GiB", "m": "min", "iterations": "steps", "iters": "steps", "examples": "rows", "samples": "rows",
    "EUR": "USD", "eur": "USD", "euro": "USD", "euros": "USD",
}  # fmt: skip
"""What is meant probably."""


def _other_case(text: str) -> str | None:
    """`6H`, `3 EPOCHS`"""
    return next((each for each in UNITS if each.lower() == text.lower()), None)


def _unknown_unit(context: Context, node: Number, scope: Scope, due: tuple[Dimension, ...]) -> Missing:
    assert node.unit is not None
    text = node.unit.text
    scale = "K" if text == "k" else text
    if scale in SCALES and node.scale is None:
        digits = number_text(node.value)
        help = f"say of what: `{digits}{scale} tokens`"
        return context.report(MISSING_UNIT, f"`{digits}{text}` has no unit", scope, node.span, help)
    if text in ("baseline", "shipped", *scope.lets):
        digits = number_text(node.value)
        help = f"write `{digits} * {text}`"
        return context.report(WRONG_UNIT, f"`{text}` is no unit", scope, node.unit.span, help)
    several = _several_units(node)
    if several is not None and (not due or UNITS[several[1]].dimension in due):
        written = f"{several[0]}{several[1]}"
        fix = Fix((Edit(node.span, written),), safe=True)
        return context.report(WRONG_UNIT, "a time has one unit", scope, node.span, f"write `{written}`", fix)
    right = _OTHER_SPELLINGS.get(text) or _PROBABLY.get(text) or _other_case(text) or similar(text, UNITS)
    if due and (right is None or UNITS[right].dimension not in due):
        help = "write it as in " + " or ".join(EXAMPLES[each] for each in due)
        if due == (Dimension.NUMBER,):
            help = f"write `{number_text(node.value)}`: no unit is due here"
        return context.report(WRONG_UNIT, f"unknown unit `{text}`", scope, node.unit.span, help)
    if right is None:
        known = ", ".join(f"`{each}`" for each in UNITS)
        return context.report(WRONG_UNIT, f"unknown unit `{text}`", scope, node.unit.span, f"the units are {known}")
    where, before = node.unit.span, node.scale
    if before is not None and before.text not in SCALES:  # `20 US dollars`
        where, before = before.span.to(where), None
    fix = Fix((Edit(where, right),), safe=text in _OTHER_SPELLINGS)
    mended = expression_text(replace(node, scale=before, unit=replace(node.unit, text=right)))
    help = f"write `{mended}`"
    if UNITS[right].dimension is Dimension.MONEY:
        help = f"amounts are in `USD`: write `{mended}`"
    return context.report(WRONG_UNIT, f"unknown unit `{text}`", scope, node.unit.span, help, fix)


_TIMES = re.compile(r"(d|h|min|m)([0-9]+)(h|min|m|s)?")


def _several_units(node: Number) -> tuple[str, str] | None:
    """`1h30m`, which reads as a number with the unit `h30m`: the amount and the unit that say it."""
    assert node.unit is not None
    parts = _TIMES.fullmatch(node.unit.text)
    if parts is None:
        return None
    large = UNITS[{"m": "min"}.get(parts[1], parts[1])].factor
    below = {"d": "h", "h": "min", "min": "s"}[{"m": "min"}.get(parts[1], parts[1])]
    small = {"m": "min"}.get(parts[3], parts[3]) if parts[3] else below
    return number_text((node.value * large / UNITS[small].factor) + Decimal(parts[2])), small


def _arithmetic(context: Context, node: Binary, scope: Scope, above: tuple[Constant, ...]) -> Quantity | Missing:
    if node.operator in COMPARISONS or node.operator in (Operator.AND, Operator.OR):
        help = "write a number; comparisons stand in rules"
        return context.report(BAD_EXPRESSION, "a comparison is no number", scope, node.span, help)
    left, right = fold(context, node.left, scope, above), fold(context, node.right, scope, above)
    if isinstance(left, Missing):
        return left
    if isinstance(right, Missing):
        return right
    try:
        result = _combined(node.operator, left, right)
    except (DivisionByZero, InvalidOperation):
        return context.report(BAD_EXPRESSION, "this divides by zero", scope, node.span, "write another divisor")
    if result is None:
        message = f"{TITLES[left.dimension]} {_VERBS[node.operator]} {TITLES[right.dimension]} means nothing"
        additive = node.operator in (Operator.PLUS, Operator.MINUS)
        help = "give both sides the same unit" if additive else "make one side a plain number"
        return context.report(BAD_EXPRESSION, message, scope, node.span, help)
    return result


_VERBS = {Operator.PLUS: "plus", Operator.MINUS: "minus", Operator.TIMES: "times", Operator.OVER: "divided by"}


def _combined(operator: Operator, left: Quantity, right: Quantity) -> Quantity | None:
    plain = Dimension.NUMBER
    match operator:
        case Operator.PLUS if left.dimension == right.dimension:
            return Quantity(left.value + right.value, left.dimension)
        case Operator.MINUS if left.dimension == right.dimension:
            return Quantity(left.value - right.value, left.dimension)
        case Operator.TIMES if plain in (left.dimension, right.dimension):
            return Quantity(left.value * right.value, left.dimension if right.dimension == plain else right.dimension)
        case Operator.OVER if right.dimension == plain:
            return Quantity(left.value / right.value, left.dimension)
        case Operator.OVER if left.dimension == right.dimension:
            return Quantity(left.value / right.value, plain)
        case _:
            return None
