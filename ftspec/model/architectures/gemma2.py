"""Gemma 2: norms before and after each block, every second layer with a window (Gemma Team 2024)."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import PRE_NORMS, Attention, decoder
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors

NORMS = (*PRE_NORMS, "pre_feedforward_layernorm", "post_feedforward_layernorm")


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    bias = config.flag("attention_bias")
    return decoder(config, Attention(bias=bias, output_bias=bias), norms=NORMS)


ARCHITECTURE = Architecture(
    default="Gemma2ForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    sdpa=False,
    aliases={
        "hidden_act": "hidden_activation",
    },
    defaults={
        "vocab_size": 256000,
        "hidden_size": 2304,
        "intermediate_size": 9216,
        "num_hidden_layers": 26,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "head_dim": 256,
        "max_position_embeddings": 8192,
        "tie_word_embeddings": True,
        "hidden_act": "gelu_pytorch_tanh",
    },
)
