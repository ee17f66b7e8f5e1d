"""Micro batches of few different lengths, for processors that compile a kernel for every length they meet.

oneDNN (in torch 2.13) does so in bf16 and keeps the kernels: on the quickstart's rows the process grew by 1 GiB in
sixty steps, without an end. With lengths rounded up, and attention in fp32, it grew by 190 MiB more than in fp32, all
of it in the first steps, and a step took 0.18 s of processor time against 0.25 s in bf16 as it is and 0.43 s in fp32.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftspec.kinds.objectives._feeding import IGNORED
from ftspec.plan.rounding import coarseness, multiple_for

if TYPE_CHECKING:
    from torch import Tensor

    from ftspec.kinds.objectives import Job
    from ftspec.kinds.objectives._order import Order

Rows = Sequence[Mapping[str, Any]]


def wants_few_lengths(job: Job) -> bool:
    """Whether the kernels of a training are made for each length: packed rows in bf16 on a processor."""
    return bool(job.arguments["use_cpu"]) and job.step.precision != "fp32" and job.step.packing


def multiple_of(order: Order, context: int) -> int:
    """What the tokens of a micro batch are rounded up to, a power of two that the model's context holds."""
    usual = sum(order.lengths) * order.micro_batch_size // max(1, len(order.lengths))
    return min(multiple_for(usual), 1 << (max(1, context).bit_length() - 1))


def rounded_up(collate: Callable[[Rows], Any], multiple: int, pad: int) -> Callable[[Rows], Any]:
    """The collator with one more row, of padding that trains nothing, where a micro batch needs it."""

    def padded(rows: Rows) -> Any:
        missing = -sum(len(row["input_ids"]) for row in rows) % multiple
        if missing:
            rows = [*rows, {"input_ids": [pad] * missing, "labels": [IGNORED] * missing}]
        return collate(rows)

    return padded


def with_more(columns: Tensor, width: int) -> Tensor:
    """Places of trained tokens, in order, and a few more, so that their number takes few values too.

    Args:
        columns: Places below `width`, of shape (trained,).
        width: Places in all.
    """
    import torch

    step = coarseness(len(columns) // 8)
    missing = min(-len(columns) % step, width - len(columns))
    if missing == 0:
        return columns
    free = torch.ones(width, dtype=torch.bool, device=columns.device)
    free[columns] = False
    return torch.cat((columns, free.nonzero().flatten()[:missing])).sort().values
