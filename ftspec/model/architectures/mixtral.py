"""Mixtral: Mistral's attention, and in each layer experts of which a router picks two (Jiang et al. 2024)."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import decoder, experts
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors, matrix


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    return decoder(config, mlp=_mixture)


def _mixture(config: Config, _: int) -> Tensors:
    count = config.size("num_local_experts")
    yield from matrix("gate", count, config.hidden)
    yield from experts(count, config.hidden, config.intermediate)


ARCHITECTURE = Architecture(
    default="MixtralForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    defaults={
        "vocab_size": 32000,
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "max_position_embeddings": 131072,
        "num_local_experts": 8,
        "num_experts_per_tok": 2,
    },
)
