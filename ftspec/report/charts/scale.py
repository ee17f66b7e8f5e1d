"""Linear scales with ticks at round numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values `low … high` to places `start … end` of a drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The place of a value; one outside the scale is put at its end."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    def ticks(self, wanted: int) -> list[float]:
        """About `wanted` round numbers within the scale."""
        return ticks(self.low, self.high, wanted)


def ticks(low: float, high: float, wanted: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten (Heckbert, "Nice Numbers for Graph Labels", 1990)."""
    step = _round_step((high - low) / max(wanted, 1))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def around(values: Sequence[float], *, from_zero: bool = False, room: float = 0.06) -> tuple[float, float]:
    """The ends of a scale that shows all finite values with a little room; never of length zero."""
    finite = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    if from_zero and low >= 0:
        low = 0.0
    margin = (high - low) * room or abs(high) * 0.1 or 1.0
    return (low if from_zero and low == 0 else low - margin), high + margin


def tick_label(value: float) -> str:
    """A tick with no digit too many: `0.02`, `1,500`."""
    return f"{value:,.10g}".replace("-", "\u2212")


def _round_step(raw: float) -> float:
    """The round number whose logarithm is nearest."""
    if raw <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(raw))
    return min((1, 2, 5, 10), key=lambda nice: abs(math.log(nice * power / raw))) * power
