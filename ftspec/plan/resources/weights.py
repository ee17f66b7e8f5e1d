"""Bytes of a model's weights on one device."""

from __future__ import annotations

from ftspec.plan.facts import ModelFacts, Tensor, is_quantizable
from ftspec.plan.resources.numbers import BYTES, linear_bits
from ftspec.plan.steps import CallRecord

__all__ = ["is_quantizable", "tensor_bytes", "weight_bytes", "weights_sum"]


def weight_bytes(facts: ModelFacts, precision: str, quantization: CallRecord | None = None) -> int:
    """All weights, the linear ones inside the layers in their quantized form.

    Experts that transformers 5 stacks in one tensor are no linear modules: bitsandbytes leaves them as they are.
    """
    bits = linear_bits(quantization, facts.stored_quantization, precision)
    inside = facts.quantizable
    return round(inside * bits / 8) + (facts.parameters - inside) * BYTES[precision]


def weights_sum(facts: ModelFacts, precision: str, quantization: CallRecord | None = None) -> str:
    """The two addends of `weight_bytes`: `35.3 GB in linear layers (4.127 bits a weight) + 4.2 GB in …`."""
    bits = linear_bits(quantization, facts.stored_quantization, precision)
    inside = facts.quantizable
    outside = (facts.parameters - inside) * BYTES[precision]
    linear = f"{inside * bits / 8e9:.1f} GB in linear layers ({bits:.4g} bits a weight)"
    others = "experts, embeddings, norms and head" if facts.experts else "embeddings, norms and head"
    return f"{linear} + {outside / 1e9:.1f} GB in {others}"


def tensor_bytes(tensor: Tensor, facts: ModelFacts, precision: str, quantization: CallRecord | None = None) -> int:
    """One weight in the form it is kept in."""
    if not is_quantizable(tensor):
        return tensor.size * BYTES[precision]
    return round(tensor.size * linear_bits(quantization, facts.stored_quantization, precision) / 8)
