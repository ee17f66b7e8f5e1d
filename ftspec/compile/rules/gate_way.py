"""FT416 and FT417: a rule that a better model fails, and one that hardly any score can meet."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import EXACT_SCORE, WRONG_WAY
from ftspec.compile.defaults import metric_of
from ftspec.compile.read.measures import leaves_of
from ftspec.spec.rules import Comparison, Condition, Constant, Expression, Logic, Quantity, Rule, Score
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic, Place

LOOKS_AT = ("gates.rules", "budget.rules")

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Comparisons that point against what is measured. A `because` says that it is meant so."""
    for block, rules in (("gates", spec.gates.rules), ("budget", spec.budget.rules)):
        for number, rule in enumerate(rules):
            if rule.because is None and rule.condition is not None:
                place = spec.place(f"{block}.rules.{number}")
                yield from (each for part in _comparisons(rule.condition) if (each := _odd(part, rule, place)))


def _comparisons(condition: Condition) -> Iterator[Comparison]:
    if isinstance(condition, Logic):
        yield from _comparisons(condition.left)
        yield from _comparisons(condition.right)
    else:
        yield condition


def _odd(comparison: Comparison, rule: Rule, place: Place | None) -> Diagnostic | None:
    measured = [each for each in leaves_of(comparison) if isinstance(each, Score | Quantity)]
    if len(measured) != 1:
        return None
    sign = _sign(comparison, measured[0])
    better = _better(measured[0])
    if sign in ("==", "!="):
        at_end = any(isinstance(each, Constant) and each.value in (0, 1) for each in leaves_of(comparison))
        if at_end or sign == "!=":
            return None
        help = f"write `{better}=`" if better else "write `>=` or `<=`"
        return Diagnostic(EXACT_SCORE, "a measured value is hardly ever exactly this one", place, help)
    if better is None or sign[0] == better:
        return None
    message = "the better a model is, the sooner it fails this rule"
    if isinstance(measured[0], Quantity):
        message = "the less a plan takes, the sooner it fails this rule"
    help = f'write `{better}{sign[1:]}`; where it is meant so, say why: `because "…"`'
    turned = comparison.operator[0] != sign[0]
    if turned:
        help = f"turn the comparison around; {help.partition('; ')[2]}"
    return Diagnostic(WRONG_WAY, message, place, help)


def _sign(comparison: Comparison, measured: Score | Quantity) -> str:
    """The comparison's sign with what is measured on its left."""
    return comparison.operator if measured in _parts(comparison.left) else _MIRRORED[comparison.operator]


def _parts(node: Expression) -> list[object]:
    return list(leaves_of(node))


def _better(measured: Score | Quantity) -> str | None:
    """`>` where more is better, `<` where less is, None where it depends."""
    if isinstance(measured, Quantity):
        return "<"
    metric = metric_of(measured)
    if metric.both_ways:
        return None
    return ">" if metric.direction == "higher" else "<"
