"""What every trainer of ours does alike: what it is given, batches in the plan's order, what trains in fp32."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch.utils.data import DataLoader

    from ftspec.kinds.objectives import Job


def given(job: Job, arguments: Any) -> dict[str, Any]:
    """The keyword arguments that every trainer of transformers and TRL takes."""
    return {
        "model": job.model,
        "args": arguments,
        "train_dataset": job.train,
        "eval_dataset": job.validation,
        "processing_class": job.tokenizer,
        "callbacks": job.callbacks,
    }


class Stream:
    """Batches that are made when they are due; a trainer asks its loader how many an epoch has."""

    def __init__(self, count: int, batches: Callable[[], Iterator[Any]]) -> None:
        self._count, self._batches = count, batches

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        return self._batches()


IGNORED = -100
"""The label of a token that does not train."""


def loader(rows: Any, batches: Any, collate: Any) -> DataLoader[Any]:
    """The rows in the order of `batches`; of several processes each asks for its own."""
    import torch
    from torch.utils.data import DataLoader

    # A generator of its own: drawing its seed from the global one would make dropout depend on the epochs begun.
    return DataLoader(rows, batch_sampler=batches, collate_fn=collate, generator=torch.Generator())


def keep_in_fp32(model: Any) -> None:
    """TRL turns adapters on quantized models to bf16, in which small updates are lost; PEFT keeps them in fp32."""
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
