"""FT402: an evaluation set too small to tell the gate's threshold from the values near it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftspec.compile.codes import SMALL_GATE
from ftspec.compile.defaults import metric_of, scores_of
from ftspec.plan.detectable import smallest_difference
from ftspec.plan.plan import Plan
from ftspec.plan.steps import PrepareData
from ftspec.spec.rules import Comparison, Constant, Score
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

WORTH_SAYING = 0.1
"""A gate that cannot see differences of ten points decides by luck more than by quality."""


def check(spec: Spec, plan: Plan) -> Iterator[Diagnostic]:
    """Required ratios over few rows, where points decide: intervals say themselves what they cannot tell."""
    if spec.gates.confidence is not None:
        return
    for number, rule in enumerate(spec.gates.rules):
        if rule.verb != "require" or not isinstance(rule.condition, Comparison):
            continue
        score = next(iter(scores_of(rule)))
        threshold = _threshold(rule.condition)
        if threshold is None or not metric_of(score).ratio or not score.uses:
            continue
        rows = _rows(plan, score)
        seen = smallest_difference(rows, threshold) if rows else 0.0  # FT322 has said so
        if seen > WORTH_SAYING:
            other = max(0.0, threshold - seen)
            message = f"{rows} rows cannot tell {threshold * 100:g} % from {other * 100:.0f} %"
            help = "give the gate more rows, or read its interval: `gates { confidence = 95% }`"
            yield Diagnostic(SMALL_GATE, message, spec.place(f"gates.rules.{number}"), help)


def _threshold(node: Comparison) -> float | None:
    sides: list[Any] = [node.left, node.right]
    constants = [each.value for each in sides if isinstance(each, Constant)]
    return constants[0] if constants and 0 < constants[0] < 1 else None


def _rows(plan: Plan, score: Score) -> int:
    use = score.uses[0]
    step = plan.by_id[f"data.{use.data}"]
    return step.splits.get(use.split or "all", 0) if isinstance(step, PrepareData) else 0
