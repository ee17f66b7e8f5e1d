"""Log-probabilities of the model that a training starts from, taken once before it, so that no second model is kept.

TRL takes an adapter that it is given for one that was trained before, and copies it. Here the reference is whatever
the model says before the first step: of a new adapter the model below it, of one that goes on training that adapter,
of whole weights these. Only virtual tokens, which never start as nothing, are switched off.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

from ftspec.kinds.objectives import Job
from ftspec.kinds.objectives._feeding import given
from ftspec.kinds.objectives._pairs import as_tokenized, in_order

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import Trainer


def referenced(trainer: Any, arguments: Any, job: Job, columns: tuple[str, ...], **more: Any) -> Trainer:
    """A trainer of TRL with what the reference says in `columns`, as its `compute_ref_log_probs` gives it."""
    made = _with_reference(as_tokenized(trainer))(
        columns, job.lengths, ref_model=_stand_in(job.model), **given(job, arguments), **more
    )
    return in_order(made, job)


@cache
def _with_reference(trainer: Any) -> Any:
    class Referenced(trainer):  # type: ignore[misc]
        def __init__(self, columns: tuple[str, ...], lengths: list[int], **given: Any) -> None:
            self.reference_columns = columns
            super().__init__(**given)
            self.ref_model = None

        def _precompute_ref_logps(self, dataset: Any, name: str, batch_size: int) -> Any:
            return _joined(dataset, _taken(self, dataset, batch_size))

    return Referenced


def _taken(trainer: Any, rows: Dataset, batch_size: int) -> Mapping[str, list[float]]:
    """What the reference says of every row, by column, in the order of the rows."""
    import torch

    order = _by_length(rows)
    found: dict[str, list[float]] = {name: [0.0] * len(rows) for name in trainer.reference_columns}
    with _as_it_starts(trainer), torch.no_grad():
        for start in range(0, len(order), batch_size):
            places = order[start : start + batch_size]
            batch = trainer._prepare_inputs(trainer.data_collator([rows[place] for place in places]))
            said = trainer.compute_ref_log_probs(trainer.model, batch)
            for name, values in zip(trainer.reference_columns, said, strict=False):
                for place, value in zip(places, values.float().tolist(), strict=True):
                    found[name][place] = value
    return found


def _by_length(rows: Dataset) -> list[int]:
    """Places of rows, the longest first: a batch that does not fit shows at once, and little is padded."""
    import pyarrow.compute as compute

    columns = [name for name in rows.column_names if name.endswith("_ids")]
    sizes = [compute.list_value_length(rows.data.column(name)).to_pylist() for name in columns]
    total = [sum(each) for each in zip(*sizes, strict=True)]
    return sorted(range(len(rows)), key=lambda row: (-total[row], row))


@contextmanager
def _as_it_starts(trainer: Any) -> Iterator[None]:
    """The model as the reference: without dropout, and with its adapter as that starts."""
    config = getattr(trainer.model, "active_peft_config", None)
    was_training = trainer.model.training
    trainer.model.eval()
    # With a reference model in its hands TRL leaves the adapter on.
    trainer.ref_model = None if config is not None and config.is_prompt_learning else trainer.model
    try:
        yield
    finally:
        trainer.ref_model = None
        trainer.model.train(was_training)


def reference_of(model: Any, switches: bool) -> Callable[[], AbstractContextManager[Any]]:
    """Opens the model as it is now: its adapter switched off where that gives it back, else a frozen copy."""
    kept = model if switches else copy.deepcopy(model).eval().requires_grad_(False)

    @contextmanager
    def opened() -> Iterator[Any]:
        with model.disable_adapter() if switches else nullcontext():
            yield kept

    return opened


def _joined(rows: Dataset, columns: Mapping[str, list[float]]) -> Dataset:
    for name, values in columns.items():
        rows = rows.add_column(name, values)
    return rows


def _stand_in(model: Any) -> Any:
    """An empty model, which keeps TRL from making a reference of its own."""
    from torch import nn

    class StandIn(nn.Module):  # type: ignore[misc]
        config = model.config

        def forward(self, *_: Any, **__: Any) -> None:
            raise NotImplementedError

    return StandIn()
