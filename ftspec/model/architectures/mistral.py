"""Mistral 7B and its kin: Llama's layer with grouped queries and a sliding window (Jiang et al. 2023)."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import decoder
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors


def body(config: Config) -> Tensors:
    """Embedding, layers, norm; no bias anywhere."""
    return decoder(config)


ARCHITECTURE = Architecture(
    default="MistralForCausalLM",
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
    },
)
