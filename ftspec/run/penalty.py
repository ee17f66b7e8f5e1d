"""What a method adds to the loss of an optimizer step, whatever the objective: AdaLoRA keeps its vectors orthogonal."""

from __future__ import annotations

from typing import Any

from ftspec.kinds.methods import Method


def add_penalty(trainer: Any, method: Method) -> None:
    """Let a trainer learn from the method's penalty too: once a step, in equal parts over its micro batches."""
    if type(method).penalty is Method.penalty:
        return
    compute_loss = trainer.compute_loss

    def penalized(model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
        found = compute_loss(model, inputs, return_outputs=return_outputs, num_items_in_batch=num_items_in_batch)
        penalty = None if return_outputs else method.penalty(trainer.model)
        return found if penalty is None else found + penalty / _parts(trainer, num_items_in_batch)

    trainer.compute_loss = penalized


def _parts(trainer: Any, num_items_in_batch: Any) -> int:
    """Micro batches of the step, or 1 where `Trainer.training_step` divides by them itself (transformers 5.23)."""
    scaled = trainer.loss_is_scaled_for_ga
    if scaled is None:
        by_model = trainer.model_accepts_loss_kwargs and num_items_in_batch is not None
        scaled = by_model or trainer.compute_loss_func is not None
    return int(trainer.current_gradient_accumulation_steps) if scaled else 1
