"""Memory of a stage on a processor, kept apart from the heap as its plan counts on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ftspec.plan.devices import keep_allocations_apart, large_block
from ftspec.plan.facts import Target
from ftspec.plan.steps import Train


@contextmanager
def blocks_of(step: Train, target: Target) -> Iterator[None]:
    """While the stage trains, blocks of its own size in a heap that stays; afterwards those of everything else."""
    if target.kind != "cpu":
        yield
        return
    keep_allocations_apart(large_block(step.packing), keep_heap=True)
    try:
        yield
    finally:
        keep_allocations_apart()
