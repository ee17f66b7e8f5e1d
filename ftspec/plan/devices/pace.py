"""How fast this machine really is: reckoned against measured time of the runs that finished on it.

Kept in the user's cache, by device; a plan takes it over as part of its target, so that a plan stays a pure function.
A run that shared the machine with other work says little of the machine: it is used only where there is no other, with
the time that it waited for a processor taken off.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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
_QUIET = 0.1
"""Up to this share of its time a run may wait for a processor and still have had the machine to itself."""


@dataclass(frozen=True)
class Past:
    """One run."""

    ratio: float
    """Measured against reckoned seconds."""

    waited: float
    """The share of its time that it was ready to compute, and other work had the processors."""

    @property
    def alone(self) -> float:
        """The ratio on a machine without other work."""
        return self.ratio * (1 - self.waited)


def with_pace(target: Target) -> Target:
    """The target with what is known of it; as it is where nothing is."""
    runs = _read().get(target.title, [])
    quiet = [each for each in runs if each.waited <= _QUIET]
    ratios = sorted(each.alone for each in quiet or runs)
    if not ratios:
        return target
    middle = median(ratios)
    spread = (round(ratios[0] / middle, 3), round(ratios[-1] / middle, 3))
    known = {"pace": round(middle, 3), "pace_runs": len(ratios), "pace_spread": spread, "pace_quiet": bool(quiet)}
    return target.model_copy(update=known)


def remember_pace(target: Target, reckoned: float, seconds: float, waited: float = 0.0) -> None:
    """Keeps how long a whole, uninterrupted run took against what was reckoned for it; short runs are left out.

    Args:
        target: The device.
        reckoned: Seconds by the arithmetic alone, without the pace of earlier runs.
        seconds: Seconds that it took.
        waited: The share of these that it waited for a processor, between 0 and 1.
    """
    path = _path()
    if path is None or reckoned <= 0 or seconds < _SHORTEST:
        return
    past = Past(round(min(max(seconds / reckoned, _LIMITS[0]), _LIMITS[1]), 4), round(min(max(waited, 0.0), 0.95), 4))
    kept = {**_read()}
    kept[target.title] = [*kept.get(target.title, []), past][-_KEPT:]
    held = {title: [asdict(each) for each in runs] for title, runs in kept.items()}
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(path, json.dumps(held, indent=1, sort_keys=True) + "\n")
    except OSError:
        return  # a cache that cannot be written only leaves the next plan less exact


def _read() -> Mapping[str, list[Past]]:
    path = _path()
    try:
        held: Any = json.loads(path.read_bytes()) if path is not None else {}
    except (OSError, ValueError):
        return {}
    if not isinstance(held, dict):
        return {}
    lists = {str(title): runs for title, runs in held.items() if isinstance(runs, list)}
    return {title: [past for each in runs if (past := _past(each)) is not None] for title, runs in lists.items()}


def _past(held: Any) -> Past | None:
    """A run as the file has it; None for anything else, such as what earlier versions wrote."""
    ratio, waited = (held.get("ratio"), held.get("waited")) if isinstance(held, dict) else (None, None)
    if not isinstance(ratio, float | int) or not isinstance(waited, float | int):
        return None
    usable = _LIMITS[0] <= ratio <= _LIMITS[1] and 0 <= waited < 1
    return Past(float(ratio), float(waited)) if usable else None


def _path() -> Path | None:
    base = folder()
    return None if base is None else base / "pace.json"
