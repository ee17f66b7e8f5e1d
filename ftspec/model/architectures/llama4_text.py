"""Llama 4, the language model alone: routed experts beside a shared one, and dense layers between them."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._decoder import Attention, decoder, gated
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors, matrix, under
from ftspec.plan.facts import Tensor

DEFAULTS = {
    "vocab_size": 202048,
    "hidden_size": 5120,
    "intermediate_size": 8192,
    "intermediate_size_mlp": 16384,
    "num_hidden_layers": 48,
    "num_attention_heads": 40,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "max_position_embeddings": 131072,
    "num_local_experts": 16,
    "num_experts_per_tok": 1,
    "interleave_moe_layer_step": 1,
}


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    bias = config.flag("attention_bias")
    return decoder(config, Attention(bias=bias, output_bias=bias), mlp=_feed_forward, mlp_name="feed_forward")


def _feed_forward(config: Config, index: int) -> Tensors:
    if index not in _sparse(config):
        yield from gated(config, width=config.size("intermediate_size_mlp"), bias=False)
        return
    count, inner = config.size("num_local_experts"), config.intermediate
    yield Tensor.model_construct(name="experts.gate_up_proj", shape=(count, config.hidden, 2 * inner))
    yield Tensor.model_construct(name="experts.down_proj", shape=(count, inner, config.hidden))
    yield from matrix("router", count, config.hidden)
    yield from under("shared_expert", gated(config, bias=False))


def _sparse(config: Config) -> frozenset[int]:
    """Layers with experts: those named, or every so many."""
    named = config.get("moe_layers")
    if isinstance(named, list):
        return frozenset(named)
    step = config.size("interleave_moe_layer_step")
    return frozenset(range(step - 1, config.layers, step))


ARCHITECTURE = Architecture(
    default="Llama4ForCausalLM",
    prefix="model",
    body=body,
    heads=DECODER_HEADS,
    defaults=DEFAULTS,
)
