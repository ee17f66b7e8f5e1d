"""The smallest difference that a number of items can see. Standard library only: the compiler prints it."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from statistics import NormalDist

POWER = 0.8
"""How often a difference of that size is seen."""

LEVEL = 0.05
"""How often one is seen that is not there, both directions together."""

_CRITICAL = NormalDist().inv_cdf(1 - LEVEL / 2)
_POWERED = NormalDist().inv_cdf(POWER)
STANDARD_ERRORS = _CRITICAL + _POWERED
"""2.80: how many standard errors a difference must be, when its own size does not change the standard error."""


def smallest_difference(n: int, share: float | None = None, exact_ends: bool = True) -> float:
    """Half the width of the band of true shares around `share` that `n` independent items cannot tell from it.

    The band ends, on each side, where a test against `share` (two-sided, 5 %) would see the difference in 80 % of
    cases: `δ = z₀.₉₇₅ √(p₀(1−p₀)/n) + z₀.₈ √(p₁(1−p₁)/n)` with `p₁ = p₀ ± δ` (Fleiss, Levin and Paik 2003, "Statistical
    Methods for Rates and Proportions", 2.5). At n = 68 and 90 % that is 78.7 to 98.4 %, so differences from 9.9 points.
    Where no share above (or below) can be told from `share`, the other side alone counts. From none, or from all, one
    item that is otherwise tells: `1 − (1 − 0.8)^(1/n)`; without `exact_ends` the formula above, as verdicts once had
    it. Without a `share` the worst case, 50 %. Returns a share between 0 and 1; 1 for less than two items.
    """
    if n < 2:
        return 1.0
    centre = 0.5 if share is None else min(max(share, 0.0), 1.0)
    if exact_ends and centre in (0.0, 1.0):
        return 1.0 - float((1 - POWER) ** (1 / n))
    sides = [reach for sign in (-1, 1) if (reach := _reach(n, centre, sign)) is not None]
    return sum(sides) / len(sides) if sides else 1.0


def _reach(n: int, centre: float, sign: int) -> float | None:
    """How far a share must lie from `centre` on one side to be seen, or None when it cannot be."""
    room = 1 - centre if sign > 0 else centre

    def excess(distance: float) -> float:
        other = centre + sign * distance
        spread = sqrt(max(0.0, other * (1 - other)) / n)
        return distance - _CRITICAL * sqrt(centre * (1 - centre) / n) - _POWERED * spread

    if room <= 0 or excess(room) < 0:
        return None
    return _root(excess, 0.0, room)


def _root(excess: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that is below zero at `low` and not at `high` crosses it, by bisection."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) < 0 else (low, middle)
    return high
