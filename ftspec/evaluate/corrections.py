"""How confidence rises when many gates are read at once.

Without one, each of twenty gates has its own chance of a wrong answer. Bonferroni shares the error out evenly; Holm
(1979) gives the clearest gate the smallest share and each further one more, which is never worse and holds the same
guarantee: the chance of one wrong conclusion among all `require` gates is at most 1 − confidence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ftspec.evaluate.gate import Judged
from ftspec.evaluate.judge import Answer

_FINEST = 1e-6


def confidences(gates: Sequence[Judged], confidence: float, correction: str) -> list[float]:
    """The confidence of each gate's interval. Gates that decide nothing keep the usual one."""
    deciding = [place for place, gate in enumerate(gates) if gate.decides]
    errors = _CORRECTIONS[correction]([gates[place] for place in deciding], 1 - confidence)
    found = dict(zip(deciding, errors, strict=True))
    return [1 - found[place] if place in found else confidence for place in range(len(gates))]


def _none(gates: Sequence[Judged], error: float) -> list[float]:
    return [error for _ in gates]


def _bonferroni(gates: Sequence[Judged], error: float) -> list[float]:
    return [error / len(gates) for _ in gates]


def _holm(gates: Sequence[Judged], error: float) -> list[float]:
    """Clearest gate first; after the first one that stays unclear, its level holds for all that follow."""
    levels = [_clear_at(gate) for gate in gates]
    shares = [0.0] * len(gates)
    level = 0.0
    stopped = False
    for rank, place in enumerate(sorted(range(len(gates)), key=levels.__getitem__)):
        level = level if stopped else error / (len(gates) - rank)
        stopped = stopped or levels[place] > level
        shares[place] = level
    return shares


def _clear_at(gate: Judged) -> float:
    """The smallest error at which the gate's interval lies on one side: its p-value, by bisection."""
    if gate.answer(1 - _FINEST) is not Answer.UNKNOWN:
        return 0.0
    low, high = _FINEST, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if gate.answer(1 - middle) is Answer.UNKNOWN else (low, middle)
    return high


_CORRECTIONS: Mapping[str, Callable[[Sequence[Judged], float], list[float]]] = {
    "none": _none,
    "bonferroni": _bonferroni,
    "holm": _holm,
}
