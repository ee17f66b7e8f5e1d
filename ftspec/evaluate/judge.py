"""Three answers to a comparison: by the point, or by the whole interval."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import assert_never

from ftspec.spec.rules import Comparator, Comparison, Condition, Logic

_SAME = 1e-12


class Answer(Enum):
    """Kleene's three truth values, ordered: `and` is the least of two, `or` the greatest."""

    NO = 0
    UNKNOWN = 1
    YES = 2


def by_point(value: float, operator: Comparator, bound: float) -> Answer:
    """Whether `value operator bound`. What differs by rounding alone (1e-12) is equal: 0.9 − 0.8 is 10 points."""
    return by_interval((value, value), operator, bound)


def by_interval(interval: tuple[float, float], operator: Comparator, bound: float) -> Answer:
    """Whether the whole interval lies on the passing side (yes), on the failing side (no), or across."""
    low, high = (_sign(end, bound) for end in interval)
    match operator:
        case ">=":
            return _answer(low >= 0, high < 0)
        case ">":
            return _answer(low > 0, high <= 0)
        case "<=":
            return _answer(high <= 0, low > 0)
        case "<":
            return _answer(high < 0, low >= 0)
        case "==":
            return _answer(low == high == 0, low > 0 or high < 0)
        case "!=":
            return _answer(low > 0 or high < 0, low == high == 0)
        case _:
            assert_never(operator)


def combined(condition: Condition, answer: Callable[[Comparison], Answer]) -> Answer:
    """The answer to a whole condition from those to its comparisons (Kleene's strong logic)."""
    match condition:
        case Comparison():
            return answer(condition)
        case Logic(operator="and", left=left, right=right):
            return min(combined(left, answer), combined(right, answer), key=lambda each: each.value)
        case Logic(operator="or", left=left, right=right):
            return max(combined(left, answer), combined(right, answer), key=lambda each: each.value)
        case _:
            raise TypeError(f"no such condition: {condition!r}")


def _sign(value: float, bound: float) -> int:
    if abs(value - bound) <= _SAME * max(1.0, abs(bound)):
        return 0
    return 1 if value > bound else -1


def _answer(yes: bool, no: bool) -> Answer:
    return Answer.YES if yes else Answer.NO if no else Answer.UNKNOWN
