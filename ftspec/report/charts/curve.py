"""Points of a curve, and fewer of them where a screen cannot show them all."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]

MOST = 300
"""More points than this are averaged in equal groups."""


def thin(points: Sequence[Point], most: int = MOST) -> list[Point]:
    """At most `most` points: each is the mean of a group of neighbours. Points that are not numbers are left out."""
    finite = [point for point in points if all(map(math.isfinite, point))]
    if len(finite) <= most:
        return finite
    groups = -(-len(finite) // most)
    return [_mean(finite[start : start + groups]) for start in range(0, len(finite), groups)]


def _mean(group: Sequence[Point]) -> Point:
    return sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group)
