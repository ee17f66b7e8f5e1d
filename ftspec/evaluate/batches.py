"""Rows of like length together, so that little is padding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def by_length(lengths: Sequence[int], batch_tokens: int, padded: bool = True) -> list[list[int]]:
    """Places in batches of at most `batch_tokens` tokens, padding included, but always at least one row.

    Longest first, so that memory runs out in the first batch or never.

    Args:
        lengths: Tokens of each row.
        batch_tokens: Tokens of a batch: its rows times its longest row.
        padded: Whether rows of unequal length may share a batch.
    """
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lambda place: (-lengths[place], place)):
        widest = lengths[batches[-1][0]] if batches else 0
        fits = batches and widest * (len(batches[-1]) + 1) <= batch_tokens
        if fits and (padded or lengths[place] == widest):
            batches[-1].append(place)
        else:
            batches.append([place])
    return batches


def halving(batch: list[int], work: Callable[[list[int]], T]) -> Iterator[tuple[list[int], T]]:
    """`work` on a batch, or on its halves when the device's memory does not hold the whole one.

    Raises:
        torch.OutOfMemoryError: a single row does not fit.
    """
    import torch

    try:
        done = work(batch)
    except torch.OutOfMemoryError:
        if len(batch) == 1:
            raise
    else:
        yield batch, done
        return
    # Outside of the handler: the traceback it holds would keep the tensors of the failed batch alive.
    torch.accelerator.empty_cache()
    middle = len(batch) // 2
    yield from halving(batch[:middle], work)
    yield from halving(batch[middle:], work)
