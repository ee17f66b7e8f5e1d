"""What a plan's figures are given with: how far its time may be off, what that rests on, its tokens and its cost."""

from __future__ import annotations

from ftspec.plan.facts import Target
from ftspec.plan.steps import Train

_SPREAD = {"cpu": (0.7, 1.6), "cuda": (0.6, 2.0), "mps": (0.5, 2.5)}
"""By what factors the time of a device that was not measured may differ: what else runs, how well kernels fit."""

_MEASURED = (0.85, 1.2)
_SHARED = (0.6, 1.6)
"""Of runs that other work took processors from."""

_PROBED = (0.9, 1.15)


def spread(target: Target, probed: bool = False) -> tuple[float, float]:
    """The shortest and the longest time to expect, as shares of the reckoned one."""
    if probed:
        return _PROBED
    if not target.pace:
        return _SPREAD.get(target.kind, _SPREAD["mps"])
    least, most = _MEASURED if target.pace_quiet else _SHARED
    return min(least, target.pace_spread[0]), max(most, target.pace_spread[1])


def time_source(target: Target, probed: bool = False) -> str:
    """What the time rests on."""
    if probed:
        return f"from probed training steps on {target.name}"
    if target.pace is None:
        return f"reckoned for {target.name}, not measured on it"
    runs = f"last {target.pace_runs} runs" if target.pace_runs > 1 else "last run"
    return f"from this machine's {runs}" + ("" if target.pace_quiet else ", which other work slowed")


def tokens_of(step: Train) -> int:
    """Tokens that a stage reads, all epochs together, padding not counted."""
    if step.tokens is None or not step.tokens.rows:
        return step.optimizer_steps * step.batch_size * step.max_length
    mean = min(step.tokens.tokens / step.tokens.rows, step.max_length)
    by_steps = step.optimizer_steps * step.batch_size * mean
    return round(min(by_steps, step.tokens.tokens * step.epochs) if step.epochs else by_steps)


def cost_of(seconds: float, target: Target) -> float | None:
    """USD for that time on all machines; None where no price is known."""
    if target.hourly_cost is None:
        return None
    return round(seconds / 3600 * target.hourly_cost * target.nodes, 6)
