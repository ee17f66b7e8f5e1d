"""AdaLoRA's penalty is learned from by every objective, once a step, whoever divides by its micro batches."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ftspec.kinds.methods.adalora import AdaLora
from ftspec.kinds.methods.lora import Lora
from ftspec.run.penalty import add_penalty


class Constant(AdaLora):
    def penalty(self, model: Any) -> Any:
        return 6.0


def stand_in(**changes: Any) -> Any:
    """What transformers' `Trainer` says of its losses; three micro batches a step."""
    said = {"loss_is_scaled_for_ga": None, "model_accepts_loss_kwargs": False, "compute_loss_func": None}
    trainer = SimpleNamespace(**said | {"model": None, "current_gradient_accumulation_steps": 3} | changes)
    trainer.compute_loss = lambda model, inputs, return_outputs=False, num_items_in_batch=None: 1.0
    return trainer


@pytest.mark.parametrize(
    ("changes", "items", "loss"),
    [
        ({}, None, 7.0),
        ({"model_accepts_loss_kwargs": True}, 12, 3.0),
        ({"model_accepts_loss_kwargs": True}, None, 7.0),
        ({"loss_is_scaled_for_ga": True}, None, 3.0),
        ({"loss_is_scaled_for_ga": False, "model_accepts_loss_kwargs": True}, 12, 7.0),
    ],
)
def test_the_penalty_counts_once_a_step(changes: dict[str, Any], items: int | None, loss: float) -> None:
    trainer = stand_in(**changes)
    add_penalty(trainer, Constant())
    assert trainer.compute_loss(None, {}, num_items_in_batch=items) == loss
    assert trainer.compute_loss(None, {}, return_outputs=True) == 1.0


def test_others_are_left_alone() -> None:
    trainer = stand_in()
    before = trainer.compute_loss
    add_penalty(trainer, Lora())
    assert trainer.compute_loss is before


def test_peft_adds_none_of_its_own() -> None:
    """The loss that the model itself returns is that of its rows alone."""
    import torch

    from tests.kinds.models import facts_of, meta_model

    method = AdaLora(init_rank=4, rank=2)
    model = meta_model("llama").to_empty(device="cpu")
    torch.manual_seed(0)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.02)
    model = method.apply(model, method.adaptation(facts_of(model)))
    ids = torch.arange(8)[None]
    inner = model.base_model.model(input_ids=ids, labels=ids).loss
    torch.testing.assert_close(model(input_ids=ids, labels=ids).loss, inner)
    assert float(method.penalty(model) or 0) > 0
