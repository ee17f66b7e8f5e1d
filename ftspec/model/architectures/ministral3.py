"""Ministral 3, the language model alone: Mistral's layer."""

from __future__ import annotations

from ftspec.model.architectures import mistral
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture

ARCHITECTURE = Architecture(
    default="Ministral3ForCausalLM",
    prefix="model",
    body=mistral.body,
    heads=DECODER_HEADS,
    defaults={
        "vocab_size": 131072,
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_hidden_layers": 34,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "head_dim": 128,
        "max_position_embeddings": 262144,
    },
)
