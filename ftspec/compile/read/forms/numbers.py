"""Numbers with their units, and lengths of training."""

from __future__ import annotations

from ftspec.compile.codes import MISSING_UNIT, OUT_OF_RANGE, WRONG_TYPE, WRONG_UNIT
from ftspec.compile.program.scope import Scope
from ftspec.compile.read.context import Context, Missing
from ftspec.compile.read.forms.base import Form
from ftspec.compile.read.quantities import Quantity, fold
from ftspec.compile.read.units import EXAMPLES, TITLES, UNITS
from ftspec.spec.types import Dimension, Length
from ftspec.syntax.tree import Binary, Expression, Negative, Number, Operator
from ftspec.syntax.unparse import expression_text, number_text
from ftspec.text.diagnostic import Edit, Fix

_LENGTHS = (Dimension.EPOCHS, Dimension.STEPS, Dimension.TOKENS)

_MANY = 50
"""More epochs than anybody trains: a larger count is one of steps."""

_COUNTED = (Dimension.MONEY, Dimension.EPOCHS, Dimension.STEPS, Dimension.TOKENS, Dimension.ROWS)
"""Dimensions with one unit, so that the right one can be written behind a bare number."""


class Numeric(Form):
    """A number, with the unit of its dimension."""

    def __init__(self, dimension: Dimension, bare: bool, integer: bool) -> None:
        self.dimension = dimension
        self.bare = bare
        """Whether a plain number is understood too."""

        self.integer = integer

    @property
    def title(self) -> str:
        """The kind of number with an example."""
        if self.dimension is Dimension.NUMBER:
            return "a whole number" if self.integer else "a number"
        return f"{TITLES[self.dimension]} such as {EXAMPLES[self.dimension]}"

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Number | Negative | Binary)

    def read(self, context: Context, node: Expression, scope: Scope) -> int | float | Missing:
        quantity = fold(context, node, scope, due=(self.dimension,))
        if isinstance(quantity, Missing):
            return quantity
        if quantity.dimension is not self.dimension and not (self.bare and quantity.dimension is Dimension.NUMBER):
            return self._wrong_unit(context, quantity, node, scope)
        if self.integer and quantity.value != quantity.value.to_integral_value():
            whole = number_text(quantity.value.quantize(1)) if abs(quantity.value) < 10**12 else "1"
            help = f"write a whole number such as `{whole}`"
            return context.report(WRONG_TYPE, "a whole number is due here", scope, node.span, help)
        return int(quantity.value) if self.integer else float(quantity.value)

    def _wrong_unit(self, context: Context, quantity: Quantity, node: Expression, scope: Scope) -> Missing:
        if quantity.dimension is Dimension.NUMBER:
            return context.report(MISSING_UNIT, "a unit is missing", scope, node.span, self._with_unit(node))
        if self.dimension is Dimension.NUMBER and isinstance(node, Number) and node.unit is not None:
            message = f"no unit is due here, and `{node.unit.text}` is one"
            same = quantity.value == node.value  # then as it was written: `1e-4`, not `0.0001`
            text = scope.source.text[node.span.start : node.unit.span.start].strip()
            text = text if same or self.integer else number_text(quantity.value)
            help = f"write `{text}`"
            if node.unit.text == "%" and not same:
                help = f"write `{text}`; where it counts to a hundred, `{number_text(node.value)}`"
            fix = Fix((Edit(node.span, text),), safe=False)
            return context.report(WRONG_UNIT, message, scope, node.unit.span, help, fix)
        message = f"{TITLES[self.dimension]} is due here, not {TITLES[quantity.dimension]}"
        return context.report(WRONG_UNIT, message, scope, node.span, f"write {self.title}")

    def _with_unit(self, node: Expression) -> str:
        if isinstance(node, Number) and self.dimension in _COUNTED:
            unit = next(name for name, each in UNITS.items() if each.dimension is self.dimension)
            return f"write `{number_text(node.value)} {unit}`"
        return f"write it as in {EXAMPLES[self.dimension]}"


class LengthForm(Form):
    """How long to train."""

    title = "a length such as `3 epochs`, `500 steps` or `2M tokens`"

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Number | Negative | Binary)

    def read(self, context: Context, node: Expression, scope: Scope) -> Length | Missing:
        if isinstance(node, Binary) and node.operator in (Operator.AND, Operator.OR):
            help = f"write one of the two: `{expression_text(node.left)}`"
            return context.report(WRONG_TYPE, "training has one length", scope, node.span, help)
        quantity = fold(context, node, scope, due=_LENGTHS)
        if isinstance(quantity, Missing):
            return quantity
        if quantity.dimension is Dimension.NUMBER:
            count = number_text(quantity.value) if isinstance(node, Number) else "3"
            help = f"write `{count} epochs`, or a count of `steps` or `tokens`"
            if quantity.value > _MANY:
                help = f"write `{count} steps`, or a count of `epochs` or `tokens`"
            return context.report(MISSING_UNIT, "a length has a unit", scope, node.span, help)
        if quantity.dimension not in _LENGTHS:
            message = f"a length of training is due here, not {TITLES[quantity.dimension]}"
            return context.report(WRONG_UNIT, message, scope, node.span, "write `3 epochs`, `500 steps` or `2M tokens`")
        if quantity.value <= 0:
            return context.report(OUT_OF_RANGE, "a length is above zero", scope, node.span, "write `1 epochs` or more")
        if quantity.dimension is not Dimension.EPOCHS and quantity.value != quantity.value.to_integral_value():
            help = f"write `{number_text(quantity.value.quantize(1))} {quantity.dimension}`"
            return context.report(WRONG_TYPE, "there are no half steps or tokens", scope, node.span, help)
        return Length(count=float(quantity.value), unit=quantity.dimension.value)  # type: ignore[arg-type]
