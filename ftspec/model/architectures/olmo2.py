"""OLMo 2 (OLMo Team 2024): norms after the blocks, and one over all query and key heads."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import Attention, decoder
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    bias = config.flag("attention_bias")
    attention = Attention(bias=bias, output_bias=bias, qk_norm="full")
    return decoder(config, attention, norms=("post_attention_layernorm", "post_feedforward_layernorm"))


ARCHITECTURE = Architecture(
    default="Olmo2ForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    defaults={
        "vocab_size": 50304,
        "hidden_size": 4096,
        "intermediate_size": 11008,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "max_position_embeddings": 2048,
    },
)
