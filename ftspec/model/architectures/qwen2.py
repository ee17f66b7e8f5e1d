"""Qwen 1.5, 2 and 2.5: Llama's layer with a bias on query, key and value (Yang et al. 2024)."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import Attention, decoder
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    return decoder(config, Attention(bias=True))


ARCHITECTURE = Architecture(
    default="Qwen2ForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    defaults={
        "vocab_size": 151936,
        "hidden_size": 4096,
        "intermediate_size": 22016,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 32,
        "max_position_embeddings": 32768,
    },
)
