"""What both plans take, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ftspec.plan.explain.resources import time_title
from ftspec.plan.explain.words import GIB, count, gibibytes, money, size_of
from ftspec.plan.plan import Plan

_WORTH_SAYING = 0.02
"""A part that changes by less than a fiftieth of the total is not shown."""


@dataclass(frozen=True)
class Taken:
    """One quantity before and after, as people read it."""

    name: str
    before: str
    after: str


def taken(old: Plan, new: Plan) -> tuple[Taken, ...]:
    """The quantities that differ: memory with its parts, time, cost, steps, tokens."""
    return tuple(each for each in _all(old, new) if each.before != each.after)


def _all(old: Plan, new: Plan) -> Iterator[Taken]:
    was, is_now = old.resources, new.resources
    yield Taken("memory", size_of(was.memory.total_bytes), size_of(is_now.memory.total_bytes))
    total = max(was.memory.total_bytes, is_now.memory.total_bytes)
    for part in dict.fromkeys((*was.memory.parts, *is_now.memory.parts)):
        sizes = was.memory.parts.get(part, 0), is_now.memory.parts.get(part, 0)
        if abs(sizes[0] - sizes[1]) >= _WORTH_SAYING * total:
            yield Taken(f"· {part}", size_of(sizes[0]), size_of(sizes[1]))
    yield Taken("time", time_title(was), time_title(is_now))
    costs = ["unknown" if each.cost is None else money(each.cost) for each in (was, is_now)]
    yield Taken("cost", *costs)
    yield Taken("optimizer steps", count(was.optimizer_steps), count(is_now.optimizer_steps))
    yield Taken("tokens", count(was.tokens), count(is_now.tokens))


def memory_change(old: Plan, new: Plan) -> str | None:
    """`memory 0.4 → 0.6 GiB`, or None where people would read the same."""
    sizes = [plan.resources.memory.total_bytes for plan in (old, new)]
    if max(sizes) >= GIB:
        texts = [gibibytes(size) for size in sizes]
        return f"memory {texts[0]} → {texts[1]} GiB" if texts[0] != texts[1] else None
    texts = [size_of(size) for size in sizes]
    return f"memory {texts[0]} → {texts[1]}" if texts[0] != texts[1] else None
