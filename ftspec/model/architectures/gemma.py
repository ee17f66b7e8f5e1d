"""Gemma: wide heads and a tied embedding (Gemma Team 2024)."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import Attention, decoder
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    bias = config.flag("attention_bias")
    return decoder(config, Attention(bias=bias, output_bias=bias))


ARCHITECTURE = Architecture(
    default="GemmaForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    aliases={
        "hidden_act": "hidden_activation",
    },
    defaults={
        "vocab_size": 256000,
        "hidden_size": 3072,
        "intermediate_size": 24576,
        "num_hidden_layers": 28,
        "num_attention_heads": 16,
        "num_key_value_heads": 16,
        "head_dim": 256,
        "max_position_embeddings": 8192,
        "tie_word_embeddings": True,
        "hidden_act": "gelu_pytorch_tanh",
    },
)
