"""Rules of `gates` and `budget`: comparisons of metrics, numbers and baselines."""

from __future__ import annotations

from typing import Any

from ftspec.compile.codes import AMBIGUOUS_BASELINE, MISPLACED, NO_COMPARISON, UNKNOWN_NAME, WRONG_TYPE
from ftspec.compile.program.names import Constant as LetConstant
from ftspec.compile.program.names import Labelled, look_up
from ftspec.compile.program.scope import Scope
from ftspec.compile.program.snippet import expression_in
from ftspec.compile.read.context import MISSING, Context, Missing
from ftspec.compile.read.measures import BUDGET, check_units, leaves_of
from ftspec.compile.read.quantities import fold
from ftspec.compile.read.scores import bare_help, misplaced_metric, read_score, score_of
from ftspec.spec.rules import Arithmetic, Baseline, Comparison, Constant, Logic, Quantity, Rule, Score
from ftspec.syntax.tree import COMPARISONS, Binary, Call, Expression, Negative, Number, Operator, Reference, Text
from ftspec.syntax.tree import Rule as RuleNode
from ftspec.syntax.unparse import expression_text
from ftspec.text.diagnostic import Edit, Fix
from ftspec.text.suggest import similar

__all__ = ["leaves_of", "read_rule"]

_EXAMPLES = {"gates": "accuracy(tickets.test) >= 90%", "budget": "memory <= 24GiB"}


def read_rule(context: Context, node: RuleNode, scope: Scope, block: str) -> Rule | Missing:
    """One rule of a `gates` or `budget` block."""
    if node.condition is not None:
        help = "leave it out here; a policy's rules may have one"
        return context.report(MISPLACED, "`when` stands in a policy", scope, node.condition.span, help)
    text = expression_text(node.expression)
    because = node.because.value if node.because else None
    verb: Any = node.verb.text
    if verb == "report" and block == "gates":
        score = read_score(context, node.expression, scope)
        return score if isinstance(score, Missing) else _rule(verb, text, score=score, because=because)
    if verb == "report":
        help = "write `warn`, or leave it out: the plan shows memory, time and cost anyway"
        return context.report(MISPLACED, "`report` stands in `gates`", scope, node.verb.span, help)
    condition = _Conditions(context, scope, block).condition(node.expression)
    if isinstance(condition, Missing):
        return condition
    return _rule(verb, text, condition=condition, because=because)


def _rule(verb: str, text: str, **values: Any) -> Rule:
    # Every part has been read by its type, so nothing is left to validate; building the validators of these models,
    # which hold one another, would take longer than all the rest of `ftspec check`.
    return Rule.model_construct(verb=verb, text=text, **values)


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
            return Logic.model_construct(operator=node.operator.value, left=left, right=right)
        if isinstance(node, Binary) and node.operator in COMPARISONS:
            return self._comparison(node)
        return self._no_comparison(node)

    def _no_comparison(self, node: Expression) -> Missing:
        help = f"write it as in `{_EXAMPLES[self.block]}`"
        if isinstance(node, Call) and self.block == "gates":
            score = score_of(self.context, node, self.scope)
            if isinstance(score, Missing):
                return score
            text, metric = expression_text(node), score.metric
            bound = ">= 90%" if getattr(metric, "direction", "") == "higher" else "<= 1.05 * baseline"
            help = f"say what it must be: `{text} {bound}`; `report {text}` only measures it"
        elif isinstance(node, Reference):
            value = self._name(node)
            if isinstance(value, Missing):
                return value
        return self.context.report(NO_COMPARISON, "a rule compares two sides", self.scope, node.span, help)

    def _comparison(self, node: Binary) -> Comparison | Missing:
        before = len(self.context.found)
        left, right = self._value(node.left), self._value(node.right)
        if isinstance(left, Missing) or isinstance(right, Missing):
            return MISSING
        comparison = Comparison.model_construct(operator=node.operator.value, left=left, right=right)
        self._check_scores(node, comparison)
        check_units(self.context, node, comparison, self.scope)
        return comparison if len(self.context.found) == before else MISSING

    def _check_scores(self, node: Binary, comparison: Comparison) -> None:
        leaves = list(leaves_of(comparison))
        scores = {each for each in leaves if isinstance(each, Score)}
        if not any(isinstance(each, Score | Quantity) for each in leaves):
            help = f"write it as in `{_EXAMPLES[self.block]}`"
            self.context.report(NO_COMPARISON, "this rule measures nothing", self.scope, node.span, help)
        elif len(scores) > 1 and any(isinstance(each, Baseline) for each in leaves):
            message = "`baseline` is the same metric before training, and this rule has several metrics"
            self.context.report(AMBIGUOUS_BASELINE, message, self.scope, node.span, "write one rule for each metric")

    def _value(self, node: Expression) -> Any | Missing:
        match node:
            case Number():
                return self._constant(node)
            case Negative() if isinstance(node.operand, Number):
                return self._constant(node)
            case Call() if self.block == "budget":
                return misplaced_metric(self.context, node, self.scope)
            case Call():
                return score_of(self.context, node, self.scope)
            case Binary(operator=Operator.PLUS | Operator.MINUS | Operator.TIMES | Operator.OVER):
                return self._arithmetic(node)
            case Reference():
                return self._name(node)
            case _:
                return self._no_value(node)

    def _no_value(self, node: Expression) -> Missing:
        help, fix = f"write it as in `{_EXAMPLES[self.block]}`", None
        inside = expression_in(node.value) if isinstance(node, Text) else None
        if isinstance(inside, Number | Reference):
            text = expression_text(inside)
            help, fix = f"write `{text}`", Fix((Edit(node.span, text),), safe=True)
        return self.context.report(WRONG_TYPE, "this has no value to compare", self.scope, node.span, help, fix)

    def _constant(self, node: Expression) -> Constant | Missing:
        quantity = fold(self.context, node, self.scope)
        if isinstance(quantity, Missing):
            return quantity
        return Constant.model_construct(value=float(quantity.value), dimension=quantity.dimension)

    def _arithmetic(self, node: Binary) -> Any | Missing:
        left, right = self._value(node.left), self._value(node.right)
        if isinstance(left, Missing) or isinstance(right, Missing):
            return MISSING
        if isinstance(left, Constant) and isinstance(right, Constant):
            return self._constant(node)
        return Arithmetic.model_construct(operator=node.operator.value, left=left, right=right)

    def _name(self, node: Reference) -> Any | Missing:
        if self.block == "budget" and node.text in BUDGET:
            return Quantity.model_construct(name=node.text)
        if self.block == "gates" and node.text in ("baseline", "shipped"):
            return Baseline.model_construct(model=node.text)
        target = look_up(node, self.scope)
        if isinstance(target, LetConstant):
            return self._constant(node)
        return self._unknown(node, is_label=isinstance(target, Labelled))

    def _unknown(self, node: Reference, is_label: bool) -> Missing:
        from ftspec.kinds import keywords
        from ftspec.spec import foreign

        known = (*(BUDGET if self.block == "budget" else ("baseline", "shipped")), *self.scope.lets)
        nearest = similar(node.text, known)
        fix = Fix((Edit(node.span, nearest),), safe=False) if nearest else None
        metric = node.text if node.text in keywords("metrics") else foreign.keyword(node.text)[0]
        if self.block == "gates" and node.text in BUDGET:
            help = "it is about the plan: move this rule into `budget { … }`"
        elif self.block == "gates" and metric in keywords("metrics"):
            help = bare_help(node.text)
        elif is_label and self.block == "gates":
            target = look_up(node, self.scope)
            section = self.context.program.labelled.get(target.label) if isinstance(target, Labelled) else None
            is_data = section is None or section.kind == "data"
            help = "write `baseline` for the same metric on the model before this spec's training"
            help = f"say what is measured: `accuracy({node.text})`" if is_data else help
        elif self.block == "budget" and (said := foreign.words("quantities").get(node.text.lower())):
            help, fix = f"write `{said}`", Fix((Edit(node.span, said),), safe=True)
        elif nearest:
            help = f"a similar name exists: `{nearest}`"
        else:
            help = "write a number, or one of " + ", ".join(f"`{each}`" for each in known)
        return self.context.report(UNKNOWN_NAME, f"`{node.text}` has no value here", self.scope, node.span, help, fix)
