"""Whether a condition became easier or harder to meet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from ftspec.spec.rules import Arithmetic, Comparison, Condition, Constant, Expression, Logic, Reading

_BASELINES = (0.25, 0.5, 1.0, 4.0)
"""Values of the baseline at which thresholds are compared; a rule looser at one and tighter at another just changed."""

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


class Strictness(Enum):
    """How a condition compares with the one before."""

    SAME = "same"
    LOOSER = "loosened"
    TIGHTER = "tightened"
    OTHER = "changed"


def compare(before: Condition | None, after: Condition | None) -> Strictness:
    """The new condition against the old one."""
    if before == after:
        return Strictness.SAME
    match before, after:
        case Comparison(), Comparison():
            return _comparisons(before, after)
        case Logic(), Logic() if before.operator == after.operator:
            return _both(compare(before.left, after.left), compare(before.right, after.right))
        case None, _:
            return Strictness.TIGHTER
        case _, None:
            return Strictness.LOOSER
        case _:
            return Strictness.OTHER


def _both(left: Strictness, right: Strictness) -> Strictness:
    kinds = {left, right} - {Strictness.SAME}
    return kinds.pop() if len(kinds) == 1 else Strictness.OTHER


def _comparisons(before: Comparison, after: Comparison) -> Strictness:
    was, is_now = _bound(before), _bound(after)
    if was is None or is_now is None or was[0][0] != is_now[0][0]:
        return Strictness.OTHER
    upward = was[0].startswith(">")
    if was[0][0] not in "<>":
        return Strictness.OTHER
    changes = {_sign(new - old) for old, new in zip(was[1], is_now[1], strict=True)} - {0}
    if not changes:  # `>` to `>=` at the same number
        if was[0] == is_now[0]:
            return Strictness.SAME
        return Strictness.LOOSER if len(is_now[0]) > len(was[0]) else Strictness.TIGHTER
    if len(changes) > 1:
        return Strictness.OTHER
    rises = changes == {1}
    return Strictness.TIGHTER if rises == upward else Strictness.LOOSER


def _sign(number: float) -> int:
    return (number > 1e-12) - (number < -1e-12)


def _bound(condition: Comparison) -> tuple[str, list[float]] | None:
    """The comparator with the measurement on its left, and the other side at several baselines."""
    for operator, side, other in (
        (condition.operator, condition.left, condition.right),
        (_FLIPPED[condition.operator], condition.right, condition.left),
    ):
        if isinstance(side, Reading) and (isinstance(other, Constant) or _depends(other)):
            return operator, [_value(other, baseline) for baseline in _BASELINES]
    return None


def _depends(expression: Expression) -> bool:
    match expression:
        case Reading():
            return True
        case Arithmetic():
            return _depends(expression.left) or _depends(expression.right)
        case _:
            return False


def _value(expression: Expression, baseline: float) -> float:
    match expression:
        case Constant():
            return expression.value
        case Arithmetic():
            left, right = _value(expression.left, baseline), _value(expression.right, baseline)
            return _OPERATIONS[expression.operator](left, right)
        case _:
            return baseline


def _divide(left: float, right: float) -> float:
    return left / right if right else float("inf")


_OPERATIONS: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": _divide,
}
