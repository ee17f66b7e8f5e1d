"""Llama 1 to 3.3 and all that share its code: `LlamaForCausalLM`."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import Attention, decoder
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    bias = config.flag("attention_bias")
    return decoder(config, Attention(bias=bias, output_bias=bias))


ARCHITECTURE = Architecture(
    default="LlamaForCausalLM",
    prefix="model",
    body=body,
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
