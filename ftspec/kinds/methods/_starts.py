"""Starts of LoRA that need more than a random generator: the weights, the data, or the quantization's error."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.kinds.methods._modules import Matrix

if TYPE_CHECKING:
    from torch import Tensor

REWRITING = frozenset({"pissa", "olora"})
"""Starts that take the adapter's share out of the base model's weights."""


def directions(start: str, matrix: Matrix) -> int | None:
    """The highest rank that a start can fill at a target: from the weights, or from its inputs; None for any."""
    match start:
        case "pissa" | "olora":
            return None if matrix.embedding else min(matrix.inputs, matrix.outputs)
        case "eva":
            return matrix.inputs
        case _:
            return None


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
    import tempfile

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
    # The trainers without a reference keep the two answers of a pair apart: the chosen ones will do.
    read = ({name.removeprefix("chosen_"): value for name, value in batch.items()} for batch in batches)
    inputs = [{name: batch[name] for name in wanted if name in batch} for batch in read]
    initialize_lora_eva_weights(trainer.model, inputs, show_progress_bar=False)


def start_from_quantization_error(model: Any, folder: Path) -> None:
    """LoftQ: the best low-rank approximation of what four bits leave out (Li et al. 2023, arXiv:2310.08659).

    One step of the paper's algorithm 1, as in PEFT's `replace_lora_weights_loftq`, which only runs on GPUs.
    """
    from peft.tuners.lora import Linear4bit

    weights = _WholeWeights(folder)
    for name, module in model.named_modules():
        if isinstance(module, Linear4bit):
            original = weights[f"{name.removeprefix('base_model.model.')}.weight"]
            first, second = _residual(module.weight, original, module.r["default"], module.scaling["default"])
            module.lora_A["default"].weight.data.copy_(first)
            module.lora_B["default"].weight.data.copy_(second)


def _residual(quantized: Any, original: Tensor, rank: int, scaling: float) -> tuple[Tensor, Tensor]:
    """Thin matrices (rank, in) and (out, rank) whose scaled product is nearest to what the quantization left out."""
    import bitsandbytes
    import torch

    kept = bitsandbytes.functional.dequantize_4bit(quantized.data, quantized.quant_state).float()
    left, values, right = torch.linalg.svd(original.to(kept.device).float() - kept, full_matrices=False)
    root = (values[:rank] / scaling).sqrt()
    return root[:, None] * right[:rank], left[:, :rank] * root


class _WholeWeights:
    """The tensors of a model folder, read one at a time."""

    def __init__(self, folder: Path) -> None:
        index = folder / "model.safetensors.index.json"
        shards = json.loads(index.read_text("utf-8"))["weight_map"] if index.is_file() else {}
        self._folder, self._shards = folder, shards

    def __getitem__(self, name: str) -> Tensor:
        from safetensors import safe_open

        with safe_open(self._folder / self._shards.get(name, "model.safetensors"), "pt") as file:
            tensor: Tensor = file.get_tensor(name)
            return tensor
