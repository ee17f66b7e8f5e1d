"""Computes with as many threads as the plan's device has cores: sums then round the same way in every process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ftspec.plan.facts import Target


@contextmanager
def threads_of(target: Target) -> Iterator[None]:
    """Sets torch's threads for a processor, and puts them back."""
    if target.kind != "cpu":
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(target.cores)
    try:
        yield
    finally:
        torch.set_num_threads(before)
