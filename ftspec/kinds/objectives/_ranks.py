"""The processes that train one stage side by side: which one this is, and what they settle together.

Each holds the whole model and trains its share of every optimizer step's micro batches (PyTorch's
`DistributedDataParallel`; Li et al. 2020, arXiv:2006.15704). A process that trains by itself is the only one.
"""

from __future__ import annotations

from typing import Any

from ftspec.kinds.objectives._order import Share


def alone() -> bool:
    """Whether no other process trains with this one."""
    return share().count == 1


def is_first() -> bool:
    """Whether this is the process that writes and speaks for all."""
    return share().index == 0


def share() -> Share:
    """This process among all."""
    import torch.distributed as group

    if not (group.is_available() and group.is_initialized()):
        return Share()
    return Share(group.get_rank(), group.get_world_size())


def agreed(value: Any) -> Any:
    """What the first process says. Every process must call it at the same place."""
    if alone():
        return value
    import torch.distributed as group

    held = [value]
    group.broadcast_object_list(held, src=0)
    return held[0]


def wait() -> None:
    """Until every process has come here."""
    if not alone():
        import torch.distributed as group

        group.barrier()
