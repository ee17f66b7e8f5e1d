"""Gemma 3, the language model: Gemma 2's norms and a norm on each query and key head (Gemma Team 2025)."""

from __future__ import annotations

from ftspec.model.architectures import gemma2
from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import Attention, decoder
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    bias = config.flag("attention_bias")
    return decoder(config, Attention(bias=bias, output_bias=bias, qk_norm="head"), norms=gemma2.NORMS)


ARCHITECTURE = Architecture(
    default="Gemma3ForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    aliases={
        "hidden_act": "hidden_activation",
    },
    defaults={
        "vocab_size": 262208,
        "hidden_size": 2304,
        "intermediate_size": 9216,
        "num_hidden_layers": 26,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "head_dim": 256,
        "max_position_embeddings": 131072,
        "tie_word_embeddings": True,
        "hidden_act": "gelu_pytorch_tanh",
    },
)
