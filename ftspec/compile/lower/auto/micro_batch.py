"""How many rows the device works on at a time, and whether activations are recomputed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ftspec.compile.lower.draft import Chosen
from ftspec.plan.facts import Target, TokenFacts

CPU_TOKENS = 2_048
"""On processors larger micro batches save calls; beyond this they gain little and only take memory."""

CUDA_TOKENS = 16_384
"""On GPUs the matrix units are busy well before this."""

HEADROOM = 0.9
"""The share of a device's memory that a plan may use: allocators fragment."""


@dataclass(frozen=True)
class Batching:
    """A micro batch, whether activations are recomputed, and the reasons."""

    micro: Chosen
    checkpointing: Chosen
    fits: bool = True


def choose_batching(
    per_device: int,
    tokens: TokenFacts | None,
    max_length: int,
    target: Target,
    memory: Callable[[int, bool], int],
    micro: int | None,
    checkpointing: bool | None,
    smallest: int = 1,
) -> Batching:
    """The largest micro batch that keeps the device busy and fits, recomputing only when nothing else fits.

    `memory(micro, checkpointing)` is the planned peak in bytes; `micro` and `checkpointing` are what the spec says,
    and `smallest` is what the objective needs together.
    """
    limit = int(target.memory_bytes * HEADROOM)
    sizes = [micro] if micro is not None else _worthwhile(per_device, tokens, max_length, target, smallest)
    for recompute in (checkpointing,) if checkpointing is not None else (False, True):
        for size in sizes:
            if memory(size, recompute) <= limit:
                return Batching(_micro(size, sizes, per_device, tokens, target), _recompute(recompute))
    least = sizes[-1]
    last = True if checkpointing is None else checkpointing
    fits = memory(least, last) <= target.memory_bytes
    why = "activations do not fit otherwise" if fits else "even so the plan does not fit this device"
    return Batching(Chosen(least, "the smallest: more does not fit"), Chosen(last, why), fits)


def _worthwhile(
    per_device: int, tokens: TokenFacts | None, max_length: int, target: Target, smallest: int
) -> list[int]:
    """Divisors of the batch, largest first, that do not exceed the tokens worth having at a time."""
    mean = tokens.tokens / tokens.rows if tokens and tokens.rows else max_length
    enough = CPU_TOKENS if target.kind == "cpu" else CUDA_TOKENS
    divisors = [size for size in range(per_device, 0, -1) if per_device % size == 0 and size >= smallest]
    return [size for size in divisors if size == divisors[-1] or size * mean <= enough * 1.25] or [per_device]


def _micro(size: int, sizes: list[int], per_device: int, tokens: TokenFacts | None, target: Target) -> Chosen:
    mean = f"{tokens.tokens / tokens.rows:.0f} tokens" if tokens and tokens.rows else "the longest row"
    if size == per_device:
        return Chosen(size, "the whole batch fits at once")
    if size == sizes[0]:
        return Chosen(size, f"{size} rows of {mean} keep {target.name} busy")
    return Chosen(size, "the most that fits in memory")


def _recompute(recompute: bool) -> Chosen:
    if recompute:
        return Chosen(True, "activations do not fit in memory otherwise")
    return Chosen(False, "activations fit in memory, and recomputing them costs time")
