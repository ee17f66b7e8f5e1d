"""Rules as sums of readings, and their value under any readings: points or whole arrays of draws."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ftspec.spec.rules import (
    Arithmetic,
    Baseline,
    Comparison,
    Condition,
    Constant,
    Expression,
    Logic,
    Quantity,
    Reading,
    Score,
)

_OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


@dataclass(frozen=True)
class Sum:
    """`constant + Σ coefficient × reading`."""

    constant: float
    readings: Mapping[str, float]

    def plus(self, other: Sum, sign: float = 1.0) -> Sum:
        """This sum and another one."""
        ids = {**self.readings, **other.readings}
        both = {id: self.readings.get(id, 0.0) + sign * other.readings.get(id, 0.0) for id in ids}
        return Sum(self.constant + sign * other.constant, {id: k for id, k in both.items() if k})

    def times(self, factor: float) -> Sum:
        """This sum, scaled."""
        return Sum(self.constant * factor, {id: k * factor for id, k in self.readings.items() if k * factor})


def linear(expression: Expression) -> Sum | None:
    """The expression as a sum of readings, or None when it is not one: a product or quotient of two readings."""
    match expression:
        case Constant(value=value):
            return Sum(value, {})
        case Reading(measurement=id):
            return Sum(0.0, {id: 1.0})
        case Arithmetic(operator=sign, left=left, right=right):
            return _combined(sign, linear(left), linear(right))
        case Score() | Baseline() | Quantity():
            raise _unresolved(expression)


def _combined(sign: str, left: Sum | None, right: Sum | None) -> Sum | None:
    match sign, left, right:
        case _, None, _:
            return None
        case _, _, None:
            return None
        case "+", _, _:
            return left.plus(right)
        case "-", _, _:
            return left.plus(right, -1.0)
        case "*", _, Sum(constant=factor, readings={**more}) if not more:
            return left.times(factor)
        case "*", Sum(constant=factor, readings={**more}), _ if not more:
            return right.times(factor)
        case "/", _, Sum(constant=divisor, readings={**more}) if not more and divisor:
            return left.times(1 / divisor)
        case _:
            return None


def evaluate(expression: Expression, readings: Mapping[str, Any]) -> Any:
    """The value under `readings`: numpy scalars or arrays of one shape. Division by zero gives inf or NaN."""
    import numpy as np

    match expression:
        case Constant(value=value):
            return np.float64(value)
        case Reading(measurement=id):
            return readings[id]
        case Arithmetic(operator=sign, left=left, right=right):
            with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
                return _OPERATIONS[sign](evaluate(left, readings), evaluate(right, readings))
        case Score() | Baseline() | Quantity():
            raise _unresolved(expression)


def comparisons(condition: Condition) -> list[Comparison]:
    """Every comparison of a condition, in the order written."""
    match condition:
        case Comparison():
            return [condition]
        case Logic(left=left, right=right):
            return [*comparisons(left), *comparisons(right)]


def readings_of(node: Condition | Expression) -> list[str]:
    """The ids of all measurements that a rule reads, each once, in the order written."""
    match node:
        case Reading(measurement=id):
            return [id]
        case Arithmetic() | Comparison() | Logic():
            return list(dict.fromkeys([*readings_of(node.left), *readings_of(node.right)]))
        case Constant() | Score() | Baseline() | Quantity():
            return []


def _unresolved(expression: Expression) -> TypeError:
    return TypeError(f"a plan's gate reads measurements alone, this one has {type(expression).__name__}")
