"""FT552: a plan that does not fit the device it is made for."""

from __future__ import annotations

from ftspec.compile.codes import DOES_NOT_FIT
from ftspec.compile.lower.draft import Draft
from ftspec.plan.explain.resources import way_text
from ftspec.plan.plan import Memory, Plan

GIB = 2**30


def hold_memory(plan: Plan, draft: Draft) -> None:
    """Reports a peak above the memory of one device, with the nearest change that makes it fit."""
    memory, ways = plan.resources.memory, plan.resources.ways
    if memory.fits:
        return
    help = way_text(ways[0]) if ways else "train a smaller model: no change of these settings makes it fit"
    draft.report(DOES_NOT_FIT, _message(memory), memory.step, help)


def _message(memory: Memory) -> str:
    largest = sorted(memory.parts.items(), key=lambda each: -each[1])[:3]
    parts = " + ".join(f"{name} {size / GIB:.1f}" for name, size in largest)
    more = " + …" if len(memory.parts) > len(largest) else ""
    return (
        f"{memory.step} needs {memory.total_bytes / GIB:.1f} GiB ({parts}{more}), "
        f"and {memory.device} has {memory.available_bytes / GIB:.1f} GiB"
    )
