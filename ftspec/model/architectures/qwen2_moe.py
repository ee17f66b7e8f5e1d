"""Qwen 1.5 and 2 with experts: routed experts, and one shared expert behind a gate of its own."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import Attention, decoder, experts, gated
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors, linear, matrix, under


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    return decoder(config, Attention(bias=bool(config.get("qkv_bias", True))), mlp=feed_forward)


def feed_forward(config: Config, index: int) -> Tensors:
    """Experts, or a plain block in the layers that the config leaves dense."""
    if not sparse(config, index):
        yield from gated(config)
        return
    count = config.size("num_local_experts")
    yield from matrix("gate", count, config.hidden)
    yield from experts(count, config.hidden, config.size("moe_intermediate_size"))
    if config.get("shared_expert_intermediate_size"):
        yield from under("shared_expert", gated(config, width=config.size("shared_expert_intermediate_size")))
        yield from linear("shared_expert_gate", config.hidden, 1)


def sparse(config: Config, index: int) -> bool:
    """Whether layer `index` has experts."""
    return index not in config.get("mlp_only_layers", []) and (index + 1) % config.size("decoder_sparse_step") == 0


ARCHITECTURE = Architecture(
    default="Qwen2MoeForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    aliases={"num_local_experts": "num_experts"},
    defaults={
        "vocab_size": 151936,
        "hidden_size": 2048,
        "intermediate_size": 5632,
        "num_hidden_layers": 24,
        "num_attention_heads": 16,
        "num_key_value_heads": 16,
        "max_position_embeddings": 32768,
        "decoder_sparse_step": 1,
        "moe_intermediate_size": 1408,
        "shared_expert_intermediate_size": 5632,
        "num_experts_per_tok": 4,
        "num_local_experts": 60,
    },
)
