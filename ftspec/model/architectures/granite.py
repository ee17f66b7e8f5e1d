"""Granite 3: Llama's layer with constants on embeddings, residuals and logits, which need no tensors."""

from __future__ import annotations

from ftspec.model.architectures import llama
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture

ARCHITECTURE = Architecture(
    default="GraniteForCausalLM",
    prefix="model",
    body=llama.body,
    heads=DECODER_HEADS,
    defaults={
        "vocab_size": 32000,
        "hidden_size": 4096,
        "intermediate_size": 11008,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "max_position_embeddings": 2048,
    },
)
