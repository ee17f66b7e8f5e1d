"""Qwen 3 with experts: no shared one."""

from __future__ import annotations

from ftspec.model.architectures import qwen2_moe
from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import Attention, decoder
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    bias = config.flag("attention_bias")
    attention = Attention(bias=bias, output_bias=bias, qk_norm="head")
    return decoder(config, attention, mlp=qwen2_moe.feed_forward)


ARCHITECTURE = Architecture(
    default="Qwen3MoeForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    aliases={"num_local_experts": "num_experts"},
    defaults={
        "vocab_size": 151936,
        "hidden_size": 2048,
        "intermediate_size": 6144,
        "num_hidden_layers": 24,
        "num_attention_heads": 32,
        "num_key_value_heads": 4,
        "max_position_embeddings": 32768,
        "decoder_sparse_step": 1,
        "moe_intermediate_size": 768,
        "num_experts_per_tok": 8,
        "num_local_experts": 128,
    },
)
