"""Rules of `gates` and `budget`: comparisons of metrics, numbers and baselines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftspec.compile.codes import (
    AMBIGUOUS_BASELINE,
    BAD_EXPRESSION,
    MISSING_ARGUMENT,
    MISSING_UNIT,
    NO_COMPARISON,
    UNKNOWN_NAME,
    WRONG_TYPE,
    WRONG_UNIT,
)
from ftspec.compile.program.names import Constant as LetConstant
from ftspec.compile.program.names import look_up
from ftspec.compile.program.sections import Scope
from ftspec.compile.read.calls import keyword_class, read_arguments
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.forms import LabelForm, read_as
from ftspec.compile.read.quantities import fold
from ftspec.compile.read.units import EXAMPLES, TITLES
from ftspec.spec.rules import Arithmetic, Baseline, Comparison, Constant, Logic, Quantity, Rule, Score
from ftspec.spec.types import Dimension, Use
from ftspec.syntax.unparse import expression_text
from ftspec.syntax.tree import COMPARISONS, Binary, Call, Expression, Negative, Number, Operator, Reference
from ftspec.syntax.tree import Rule as RuleNode
from ftspec.text.suggest import similar

_BUDGET = {"memory": Dimension.BYTES, "time": Dimension.TIME, "cost": Dimension.MONEY}


def read_rule(context: Context, node: RuleNode, scope: Scope, block: str) -> Rule | Missing:
    """One rule of a `gates` or `budget` block."""
    text = expression_text(node.expression)
    because = node.because.value if node.because else None
    verb: Any = node.verb.text
    if verb == "report":
        score = _Conditions(context, scope, block).score(node.expression)
        return score if isinstance(score, Missing) else Rule(verb=verb, text=text, score=score, because=because)
    condition = _Conditions(context, scope, block).condition(node.expression)
    if isinstance(condition, Missing):
        return condition
    return Rule(verb=verb, text=text, condition=condition, because=because)


class _Conditions:
    """Reads one rule's expression."""

    def __init__(self, context: Context, scope: Scope, block: str) -> None:
        self.context, self.scope, self.block = context, scope, block

    def condition(self, node: Expression) -> Any | Missing:
        """Comparisons joined by `and` and `or`."""
        if isinstance(node, Binary) and node.operator in (Operator.AND, Operator.OR):
            left, right = self.condition(node.left), self.condition(node.right)
            if isinstance(left, Missing) or isinstance(right, Missing):
                return MISSING
            return Logic(operator=node.operator.value, left=left, right=right)  # type: ignore[arg-type]
        if isinstance(node, Binary) and node.operator in COMPARISONS:
            return self._comparison(node)
        example = "accuracy(tickets.test) >= 90%" if self.block == "gates" else "memory <= 24GiB"
        message = "a rule compares two sides"
        return self.context.report(NO_COMPARISON, message, self.scope, node.span, f"write it as in `{example}`")

    def _comparison(self, node: Binary) -> Comparison | Missing:
        before = len(self.context.found)
        left, right = self._value(node.left), self._value(node.right)
        if isinstance(left, Missing) or isinstance(right, Missing):
            return MISSING
        comparison = Comparison(operator=node.operator.value, left=left, right=right)  # type: ignore[arg-type]
        self._check_baseline(node, comparison)
        self._check_units(node, comparison)
        return comparison if len(self.context.found) == before else MISSING

    def _check_baseline(self, node: Binary, comparison: Comparison) -> None:
        leaves = list(leaves_of(comparison))
        scores = {each.model_dump_json() for each in leaves if isinstance(each, Score)}
        if not scores and self.block == "gates":
            help = "name a metric: `accuracy(tickets.test) >= 90%`"
            self.context.report(NO_COMPARISON, "this rule measures nothing", self.scope, node.span, help)
        elif len(scores) > 1 and any(isinstance(each, Baseline) for each in leaves):
            message = "`baseline` is the same metric before training, and this rule has several metrics"
            self.context.report(AMBIGUOUS_BASELINE, message, self.scope, node.span, "write one rule for each metric")

    def _check_units(self, node: Binary, comparison: Comparison) -> None:
        due = {_dimension(each) for each in leaves_of(comparison) if not isinstance(each, Constant)}
        if len(due) != 1:
            return
        dimension = due.pop()
        for side in (node.left, node.right):
            for written in _terms(side):
                self._check_unit(written, dimension)

    def _check_unit(self, node: Expression, due: Dimension) -> None:
        quantity = fold(self.context, node, self.scope)
        if isinstance(quantity, Missing) or quantity.dimension is due:
            return
        if due is Dimension.SHARE and quantity.dimension is Dimension.NUMBER:
            if abs(quantity.value) > 1:
                help = f"write `{node.value}%`" if isinstance(node, Number) else "write it in per cent"
                message = "this metric lies between 0 and 1"
                self.context.report(MISSING_UNIT, message, self.scope, node.span, help)
            return
        code = MISSING_UNIT if quantity.dimension is Dimension.NUMBER else WRONG_UNIT
        message = f"{TITLES[due]} is due here"
        self.context.report(code, message, self.scope, node.span, f"write it as in {EXAMPLES[due]}")

    def _value(self, node: Expression) -> Any | Missing:
        match node:
            case Number():
                return self._constant(node)
            case Negative() if isinstance(node.operand, Number):
                return self._constant(node)
            case Call():
                return self.score(node)
            case Binary(operator=Operator.PLUS | Operator.MINUS | Operator.TIMES | Operator.OVER):
                return self._arithmetic(node)
            case Reference():
                return self._name(node)
            case _:
                help = "write a metric, a number or `baseline`"
                return self.context.report(WRONG_TYPE, "this has no value to compare", self.scope, node.span, help)

    def _constant(self, node: Expression) -> Constant | Missing:
        quantity = fold(self.context, node, self.scope)
        if isinstance(quantity, Missing):
            return quantity
        return Constant(value=float(quantity.value), dimension=quantity.dimension)

    def _arithmetic(self, node: Binary) -> Any | Missing:
        left, right = self._value(node.left), self._value(node.right)
        if isinstance(left, Missing) or isinstance(right, Missing):
            return MISSING
        if isinstance(left, Constant) and isinstance(right, Constant):
            return self._constant(node)
        return Arithmetic(operator=node.operator.value, left=left, right=right)  # type: ignore[arg-type]

    def _name(self, node: Reference) -> Any | Missing:
        if self.block == "budget" and node.text in _BUDGET:
            return Quantity(name=node.text)  # type: ignore[arg-type]
        if self.block == "gates" and node.text in ("baseline", "shipped"):
            return Baseline(model=node.text)  # type: ignore[arg-type]
        if isinstance(look_up(node, self.scope), LetConstant):
            return self._constant(node)
        known = tuple(_BUDGET) if self.block == "budget" else ("baseline", "shipped", *self.scope.lets)
        nearest = similar(node.text, known)
        from ftspec.kinds import keywords

        if self.block == "gates" and node.text in keywords("metrics"):
            help = f"a metric names its data: `{node.text}(tickets.test)`"
        else:
            help = (
                f"a similar name exists: `{nearest}`"
                if nearest
                else "known here: " + ", ".join(f"`{k}`" for k in known)
            )
        return self.context.report(UNKNOWN_NAME, f"`{node.text}` has no value here", self.scope, node.span, help)

    def score(self, node: Expression) -> Score | Missing:
        """A metric with the data it reads."""
        if not isinstance(node, Call):
            if isinstance(node, Reference):
                missing = self._name(node)
                if isinstance(missing, Missing):
                    return missing
            help = "write it as in `accuracy(tickets.test)`"
            return self.context.report(NO_COMPARISON, "a metric is due here", self.scope, node.span, help)
        if self.block == "budget":
            message = "a budget is about the plan, and metrics are known after training"
            return self.context.report(BAD_EXPRESSION, message, self.scope, node.span, "move it into `gates`")
        kind: Any = keyword_class(self.context, node, self.scope, "metrics")
        if isinstance(kind, Missing):
            return kind
        return self._score_of(node, kind)

    def _score_of(self, node: Call, kind: Any) -> Score | Missing:
        positional = [each for each in node.arguments if each.name is None]
        uses = [self._use(each.value, node) for each in positional[: kind.uses]]
        named_of = next(
            (a for a in node.arguments if a.name and a.name.text == "of" and "of" not in kind.model_fields), None
        )
        of = read_as(self.context, (LabelForm("train", False),), named_of.value, self.scope) if named_of else None
        taken = (*positional[: kind.uses], named_of)
        rest = tuple(each for each in node.arguments if each not in taken)
        metric = read_arguments(self.context, node, self.scope, kind, rest)
        if len(uses) < kind.uses:
            message = f"`{node.name.text}` needs the data it is measured on"
            help = f"write `{node.name.text}(tickets.test)` with a split of your data"
            return self.context.report(MISSING_ARGUMENT, message, self.scope, node.span, help)
        if isinstance(metric, Missing) or isinstance(of, Missing) or any(isinstance(each, Missing) for each in uses):
            return MISSING
        return Score(metric=metric, uses=tuple(uses), of=of)

    def _use(self, node: Expression, call: Call) -> Use | Missing:
        resolved = self.context.resolved(node, self.scope)
        if isinstance(resolved, Missing):
            return resolved
        node, scope = resolved
        if not isinstance(node, Reference):
            help = f"write `{call.name.text}(tickets.test)` with a split of your data"
            return self.context.report(WRONG_TYPE, "the name of the data is due here", scope, node.span, help)
        return LabelForm("data", as_use=True).read(self.context, node, scope)  # type: ignore[return-value]


def leaves_of(node: Any) -> Iterator[Any]:
    """The scores, constants and baselines of a condition, from left to right."""
    if isinstance(node, Arithmetic | Comparison | Logic):
        yield from leaves_of(node.left)
        yield from leaves_of(node.right)
    else:
        yield node


def _dimension(leaf: Any) -> Dimension:
    if isinstance(leaf, Quantity):
        return _BUDGET[leaf.name]
    if isinstance(leaf, Score):
        metric: Any = leaf.metric
        by_unit = {"s": Dimension.TIME, "B": Dimension.BYTES, "USD": Dimension.MONEY}
        return Dimension.SHARE if metric.ratio else by_unit.get(metric.unit, Dimension.NUMBER)
    return Dimension.NUMBER


def _terms(node: Expression) -> Iterator[Expression]:
    """The constants that stand alone in a sum: factors and divisors have no unit of their own."""
    if isinstance(node, Binary) and node.operator in (Operator.PLUS, Operator.MINUS):
        yield from _terms(node.left)
        yield from _terms(node.right)
    elif isinstance(node, Number | Negative):
        yield node
