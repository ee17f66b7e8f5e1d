"""What a comparison asks, as one quantity with one bound: the value, or its difference or ratio to the baseline.

`perplexity(x) <= 1.05 * baseline` asks whether the ratio is at most 1.05; `f1(x) >= baseline + 10%` whether the
difference is at least 0.1. Value and baseline are measured on the same items, so that quantity is known far better than
either of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ftspec.evaluate.linear import Sum, evaluate, linear
from ftspec.evaluate.results import IntervalOf
from ftspec.spec.rules import Comparator, Comparison

_MIRRORED: Mapping[Comparator, Comparator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


@dataclass(frozen=True)
class Contrast:
    """One comparison: `quantity operator bound`."""

    of: IntervalOf
    operator: Comparator
    bound: float
    main: str
    """The measurement that the gate is about."""

    other: str = ""
    """The measurement it is compared with, for a difference or a ratio."""

    comparison: Comparison | None = None
    """Both sides, for a margin."""

    def quantity(self, readings: Mapping[str, Any]) -> Any:
        """The quantity under points or draws."""
        import numpy as np

        match self.of, self.comparison:
            case "value", _:
                return readings[self.main]
            case "difference", _:
                return readings[self.main] - readings[self.other]
            case "ratio", _:
                with np.errstate(divide="ignore", invalid="ignore"):
                    return np.divide(readings[self.main], readings[self.other])
            case "margin", Comparison(left=left, right=right):
                return evaluate(left, readings) - evaluate(right, readings)
            case _:
                raise TypeError("a margin needs both sides of its comparison")


def contrast(comparison: Comparison, main: str, points: Mapping[str, float]) -> Contrast:
    """The contrast that a comparison asks for. `points` tell whether a ratio makes sense: its base must be positive."""
    left, right = linear(comparison.left), linear(comparison.right)
    margin = Contrast("margin", comparison.operator, 0.0, main, comparison=comparison)
    if left is None or right is None:
        return margin
    rest = left.plus(right, -1.0)
    factor = rest.readings.get(main)
    if factor is None:
        return margin
    sign = comparison.operator if factor > 0 else _MIRRORED[comparison.operator]
    return _shaped(rest.times(1 / factor), sign, main, points) or margin


def threshold(comparison: Comparison, main: str, points: Mapping[str, float]) -> float | None:
    """What the value itself is held against; None when the rule cannot be solved for it."""
    left, right = linear(comparison.left), linear(comparison.right)
    if left is None or right is None:
        return None
    rest = left.plus(right, -1.0)
    factor = rest.readings.get(main)
    if factor is None:
        return None
    others = sum(k * points[id] for id, k in rest.readings.items() if id != main)
    return -(rest.constant + others) / factor


def _shaped(rest: Sum, sign: Comparator, main: str, points: Mapping[str, float]) -> Contrast | None:
    """`main + Σ others + constant (sign) 0` as a value, a difference or a ratio; None when it is none of them."""
    match [(id, k) for id, k in rest.readings.items() if id != main]:
        case []:
            return Contrast("value", sign, -rest.constant, main)
        case [(other, -1.0)]:
            return Contrast("difference", sign, -rest.constant, main, other)
        case [(other, k)] if k < 0 and not rest.constant and points[other] > 0:
            return Contrast("ratio", sign, -k, main, other)
        case _:
            return None
