"""Numbers with their units, and lengths of training."""

from __future__ import annotations

from dataclasses import dataclass

from ftspec.compile.codes import MISSING_UNIT, WRONG_TYPE, WRONG_UNIT
from ftspec.compile.program.sections import Scope
from ftspec.compile.read.context import Context, Missing
from ftspec.compile.read.forms.base import Form
from ftspec.compile.read.quantities import Quantity, fold
from ftspec.compile.read.units import EXAMPLES, TITLES, UNITS
from ftspec.spec.types import Dimension, Length
from ftspec.syntax.tree import Binary, Expression, Negative, Number


@dataclass(frozen=True)
class Numeric(Form):
    """A number, with the unit of its dimension."""

    dimension: Dimension
    bare: bool
    integer: bool

    @property
    def title(self) -> str:
        """The kind of number with an example."""
        if self.dimension is Dimension.NUMBER:
            return "a whole number" if self.integer else "a number"
        return f"{TITLES[self.dimension]} such as {EXAMPLES[self.dimension]}"

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Number | Negative | Binary)

    def read(self, context: Context, node: Expression, scope: Scope) -> int | float | Missing:
        quantity = fold(context, node, scope)
        if isinstance(quantity, Missing):
            return quantity
        if quantity.dimension is not self.dimension and not (self.bare and quantity.dimension is Dimension.NUMBER):
            return self._wrong_unit(context, quantity, node, scope)
        if self.integer and quantity.value != quantity.value.to_integral_value():
            return context.report(WRONG_TYPE, "a whole number is due here", scope, node.span, "drop the fraction")
        return int(quantity.value) if self.integer else float(quantity.value)

    def _wrong_unit(self, context: Context, quantity: Quantity, node: Expression, scope: Scope) -> Missing:
        due = f"write {self.title}"
        if quantity.dimension is Dimension.NUMBER:
            return context.report(MISSING_UNIT, "a unit is missing", scope, node.span, self._with_unit(node))
        if self.dimension is Dimension.NUMBER and isinstance(node, Number) and node.unit is not None:
            message = f"no unit is due here, and `{node.unit.text}` is one"
            return context.report(WRONG_UNIT, message, scope, node.unit.span, due)
        message = f"{TITLES[self.dimension]} is due here, not {TITLES[quantity.dimension]}"
        return context.report(WRONG_UNIT, message, scope, node.span, due)

    def _with_unit(self, node: Expression) -> str:
        example = EXAMPLES[self.dimension]
        if isinstance(node, Number) and self.dimension not in (Dimension.BYTES, Dimension.TIME, Dimension.SHARE):
            unit = next(name for name, each in UNITS.items() if each.dimension is self.dimension)
            return f"write `{node.value} {unit}`"
        return f"write it as in {example}"


@dataclass(frozen=True)
class LengthForm(Form):
    """How long to train."""

    title = "a length such as `3 epochs`, `500 steps` or `2M tokens`"

    def takes(self, node: Expression) -> bool:
        return isinstance(node, Number | Negative | Binary)

    def read(self, context: Context, node: Expression, scope: Scope) -> Length | Missing:
        quantity = fold(context, node, scope)
        if isinstance(quantity, Missing):
            return quantity
        if quantity.dimension not in (Dimension.EPOCHS, Dimension.STEPS, Dimension.TOKENS):
            code = MISSING_UNIT if quantity.dimension is Dimension.NUMBER else WRONG_UNIT
            count = f"{node.value}" if isinstance(node, Number) and code is MISSING_UNIT else "3"
            return context.report(code, f"{self.title} is due here", scope, node.span, f"write `{count} epochs`")
        whole = quantity.dimension is Dimension.EPOCHS or quantity.value == quantity.value.to_integral_value()
        if quantity.value <= 0 or not whole:
            return context.report(WRONG_TYPE, f"{self.title} is due here", scope, node.span, "write a count above zero")
        return Length(count=float(quantity.value), unit=quantity.dimension.value)  # type: ignore[arg-type]
