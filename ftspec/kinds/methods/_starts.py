"""Starts of LoRA that need more than a random generator: the weights, the data, or the quantization's error."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from ftspec.errors import CannotRun

REWRITING = frozenset({"pissa", "olora"})
"""Starts that take the adapter's share out of the base model's weights."""

_INITIAL = "ftspec_initial_adapter"


def remember(model: Any) -> None:
    """Keep the adapter as it starts, so that it can be taken off again when the result is saved."""
    from peft import get_peft_model_state_dict

    state = get_peft_model_state_dict(model)
    setattr(model, _INITIAL, {name: tensor.detach().clone() for name, tensor in state.items()})


def save_for_the_original(model: Any, folder: Path) -> None:
    """Save an adapter of twice the rank that does on the original weights what this one does on the rewritten ones.

    PEFT subtracts the initial adapter from the trained one (`path_initial_model_for_weight_conversion`).
    """
    config = model.peft_config["default"]
    start = config.init_lora_weights
    with tempfile.TemporaryDirectory() as initial:
        config.init_lora_weights = True
        model.save_pretrained(initial, state_dict=getattr(model, _INITIAL))
        config.init_lora_weights = start
        model.save_pretrained(str(folder), path_initial_model_for_weight_conversion=initial)


def start_from_activations(trainer: Any) -> None:
    """EVA: the directions in which the training data varies at each target (Paischer et al. 2024, arXiv:2410.07170)."""
    from peft import initialize_lora_eva_weights

    wanted = ("input_ids", "attention_mask", "position_ids")
    batches = trainer.get_train_dataloader()
    inputs = [{name: batch[name] for name in wanted if name in batch} for batch in batches]
    initialize_lora_eva_weights(trainer.model, inputs, show_progress_bar=False)


def start_from_quantization_error(model: Any, folder: Path) -> None:
    """LoftQ: the best low-rank approximation of what four bits leave out (Li et al. 2023, arXiv:2310.08659)."""
    from peft import replace_lora_weights_loftq

    files = sorted(folder.glob("*.safetensors"))
    if len(files) != 1:
        raise CannotRun(
            f"init = loftq reads one safetensors file, {folder.name} has {len(files)}", "use init = default"
        )
    replace_lora_weights_loftq(model, str(files[0]))
