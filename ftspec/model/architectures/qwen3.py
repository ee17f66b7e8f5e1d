"""Qwen 3: Llama's layer with a norm on each query and key head (Yang et al. 2025)."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import Attention, decoder
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    bias = config.flag("attention_bias")
    return decoder(config, Attention(bias=bias, output_bias=bias, qk_norm="head"))


ARCHITECTURE = Architecture(
    default="Qwen3ForCausalLM",
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
        "head_dim": 128,
        "max_position_embeddings": 32768,
    },
)
