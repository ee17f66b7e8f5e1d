"""How fast this machine really is: reckoned against measured time of the runs that finished on it.

Kept in the user's cache, by device; a plan takes it over as part of its target, so that a plan stays a pure function.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Any

from ftspec.plan.facts import Target
from ftspec.syntax.cache import folder
from ftspec.text.files import write_atomic

_KEPT = 12
_SHORTEST = 20.0
"""Runs of fewer seconds say more about starting than about the device."""

_LIMITS = (0.1, 10.0)


def with_pace(target: Target) -> Target:
    """The target with what is known of it; as it is where nothing is."""
    ratios = _read().get(target.title, [])
    if not ratios:
        return target
    return target.model_copy(update={"pace": round(median(ratios), 3), "pace_runs": len(ratios)})


def remember_pace(target: Target, reckoned: float, seconds: float) -> None:
    """Keeps how long a whole, uninterrupted run took against what was reckoned for it; short runs are left out.

    Args:
        target: The device.
        reckoned: Seconds by the arithmetic alone, without the pace of earlier runs.
        seconds: Seconds that it took.
    """
    path = _path()
    if path is None or reckoned <= 0 or seconds < _SHORTEST:
        return
    ratio = min(max(seconds / reckoned, _LIMITS[0]), _LIMITS[1])
    kept = _read()
    kept[target.title] = [*kept.get(target.title, []), round(ratio, 4)][-_KEPT:]
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(path, json.dumps(kept, indent=1, sort_keys=True) + "\n")
    except OSError:
        return  # a cache that cannot be written only leaves the next plan less exact


def _read() -> dict[str, list[float]]:
    path = _path()
    try:
        held: Any = json.loads(path.read_bytes()) if path is not None else {}
    except (OSError, ValueError):
        return {}
    if not isinstance(held, dict):
        return {}
    return {str(name): [r for r in ratios if _usable(r)] for name, ratios in held.items() if isinstance(ratios, list)}


def _usable(ratio: Any) -> bool:
    return isinstance(ratio, float | int) and _LIMITS[0] <= ratio <= _LIMITS[1]


def _path() -> Path | None:
    base = folder()
    return None if base is None else base / "pace.json"
