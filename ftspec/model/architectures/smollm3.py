"""SmolLM3: Llama's layer; every fourth layer without rotation, which needs no tensors."""

from __future__ import annotations

from ftspec.model.architectures import llama
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture

ARCHITECTURE = Architecture(
    default="SmolLM3ForCausalLM",
    prefix="model",
    body=llama.body,
    heads=DECODER_HEADS,
    defaults={
        "vocab_size": 128256,
        "hidden_size": 2048,
        "intermediate_size": 11008,
        "num_hidden_layers": 36,
        "num_attention_heads": 16,
        "num_key_value_heads": 4,
        "max_position_embeddings": 32768,
        "tie_word_embeddings": True,
    },
)
