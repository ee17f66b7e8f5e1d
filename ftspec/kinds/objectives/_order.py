"""The order in which rows train: which rows share an optimizer step, and which of those share a micro batch.

Everything follows from the seed, the epoch and the lengths of the rows, so an interrupted training and the emitted
`train.py` see the same rows at the same steps.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import ceil

Rows = list[int]
"""Places of rows in the training data."""


@dataclass(frozen=True)
class Share:
    """One of several processes that train side by side."""

    index: int = 0
    count: int = 1


@dataclass(frozen=True)
class Order:
    """The order of a training."""

    lengths: Sequence[int]
    """Tokens of each row."""

    batch_size: int
    """Rows of one optimizer step; the last step of an epoch takes what is left."""

    micro_batch_size: int
    seed: int
    level: bool
    """Whether micro batches of one step get equal numbers of tokens (for rows that share a sequence) or rows of like
    length (for rows that are padded to the longest)."""

    shuffled: bool = True
    """Else every epoch takes the rows as they stand in the data."""

    def steps(self, epoch: int) -> list[Rows]:
        """The rows of each optimizer step of one epoch: every row once, in an order of its own for each epoch
        where rows are shuffled."""
        rows = list(range(len(self.lengths)))
        if self.shuffled:
            rows.sort(key=lambda row: _rank(self.seed, epoch, row))
        return [rows[start : start + self.batch_size] for start in range(0, len(rows), self.batch_size)]

    def stretch(self, start: int, count: int) -> Rows:
        """`count` rows from place `start` on, counted over all epochs."""
        rows = (row for epoch in itertools.count() for step in self.steps(epoch) for row in step)
        return list(itertools.islice(rows, start, start + count))

    def micro_batches(self, step: Rows, processes: int = 1) -> list[Rows]:
        """The rows of one step in groups of at most `micro_batch_size`, longest rows first; as many for each process.

        Where an epoch ends with too few rows for that, some are in two groups.
        """
        groups = ceil(ceil(len(step) / self.micro_batch_size) / processes) * processes
        repeated = [step[place % len(step)] for place in range(groups - len(step))]
        rows = sorted([*step, *repeated], key=lambda row: (-self.lengths[row], row))
        return _dealt(rows, groups) if self.level else _sliced(rows, groups)

    @property
    def steps_in_epoch(self) -> int:
        """Optimizer steps of one epoch."""
        return ceil(len(self.lengths) / self.batch_size)

    def tokens(self, step: int) -> int:
        """The tokens of optimizer step `step`, counted from 0 over all epochs."""
        epoch, place = divmod(step, self.steps_in_epoch)
        return sum(self.lengths[row] for row in self.steps(epoch)[place])


class MicroBatches:
    """The micro batches of the epoch that training has reached; a batch sampler for `torch.utils.data.DataLoader`."""

    def __init__(self, order: Order, epoch: Callable[[], int], share: Share | None = None) -> None:
        """`share`: of several processes the one whose micro batches these are."""
        self._order = order
        self._epoch = epoch
        self._share = share or Share()

    def __iter__(self) -> Iterator[Rows]:
        for step in self._order.steps(self._epoch()):
            yield from self._order.micro_batches(step, self._share.count)[self._share.index :: self._share.count]

    def __len__(self) -> int:
        full, rest = divmod(len(self._order.lengths), self._order.batch_size)
        width = self._order.micro_batch_size * self._share.count
        return full * ceil(self._order.batch_size / width) + ceil(rest / width)


def _rank(seed: int, epoch: int, row: int) -> bytes:
    """A hash rather than a random generator: the same on every platform and in every version."""
    return sha256(f"{seed}/{epoch}/{row}".encode()).digest()


def _sliced(rows: Rows, groups: int) -> list[Rows]:
    """Neighbours together; the groups differ by at most one row."""
    edges = [len(rows) * group // groups for group in range(groups + 1)]
    return [rows[start:end] for start, end in itertools.pairwise(edges)]


def _dealt(rows: Rows, groups: int) -> list[Rows]:
    """Dealt out there and back, so that every group gets long and short rows."""
    dealt: list[Rows] = [[] for _ in range(groups)]
    for place, row in enumerate(rows):
        turn, seat = divmod(place, groups)
        dealt[seat if turn % 2 == 0 else groups - 1 - seat].append(row)
    return dealt
