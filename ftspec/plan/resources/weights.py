"""Bytes of a model's weights on one device."""

from __future__ import annotations

from ftspec.plan.facts import ModelFacts, Tensor
from ftspec.plan.resources.numbers import BYTES, linear_bits
from ftspec.plan.steps import CallRecord

_KEPT = ("embed", "wte", "wpe", "lm_head", "score", "classifier", "decoder.weight", "shared.weight", "router")
"""Never quantized: embeddings, heads and routers are no linear modules, or bitsandbytes leaves them alone."""


def weight_bytes(facts: ModelFacts, precision: str, quantization: CallRecord | None = None) -> int:
    """All weights, the linear ones inside the layers in their quantized form.

    Experts that transformers 5 stacks in one tensor are no linear modules: bitsandbytes leaves them as they are.
    """
    bits = linear_bits(quantization, facts.stored_quantization, precision)
    inside = sum(tensor.size for tensor in facts.tensors if is_quantizable(tensor))
    return round(inside * bits / 8) + (facts.parameters - inside) * BYTES[precision]


def tensor_bytes(tensor: Tensor, facts: ModelFacts, precision: str, quantization: CallRecord | None = None) -> int:
    """One weight in the form it is kept in."""
    if not is_quantizable(tensor):
        return tensor.size * BYTES[precision]
    return round(tensor.size * linear_bits(quantization, facts.stored_quantization, precision) / 8)


def is_quantizable(tensor: Tensor) -> bool:
    """Whether a tensor is the weight of a linear module that quantization replaces."""
    if len(tensor.shape) != 2 or not tensor.name.endswith(".weight"):
        return False
    if tensor.module.endswith("mlp.gate"):
        return False  # a router of experts
    return not any(part in tensor.name for part in _KEPT)


def largest_linear(facts: ModelFacts) -> int:
    """Parameters of the largest weight that is dequantized at a time."""
    return max((tensor.size for tensor in facts.tensors if is_quantizable(tensor)), default=0)
