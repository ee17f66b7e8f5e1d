"""Falcon (Almazrouei et al. 2023): multi-query attention, and feed-forward beside it."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors, linear, matrix, norm, repeated


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    yield from matrix("word_embeddings", config.vocabulary, config.hidden)
    yield from repeated("h", config.layers, lambda _: _layer(config))
    yield from norm("ln_f", config.hidden, bias=True)


def _layer(config: Config) -> Tensors:
    bias = config.flag("bias")
    yield from linear("self_attention.query_key_value", config.hidden, _fused(config), bias)
    yield from linear("self_attention.dense", config.hidden, config.hidden, bias)
    yield from linear("mlp.dense_h_to_4h", config.hidden, config.intermediate, bias)
    yield from linear("mlp.dense_4h_to_h", config.intermediate, config.hidden, bias)
    for name in _norms(config):
        yield from norm(name, config.hidden, bias=True)


def _fused(config: Config) -> int:
    """Outputs of the one matrix that gives queries, keys and values."""
    if config.flag("new_decoder_architecture"):
        return (config.heads + 2 * config.kv_heads) * config.head_dim
    return config.hidden + 2 * config.head_dim if config.flag("multi_query") else 3 * config.hidden


def _norms(config: Config) -> tuple[str, ...]:
    norms = config.get("num_ln_in_parallel_attn", 2 if config.flag("new_decoder_architecture") else None)
    if config.flag("new_decoder_architecture") and norms == 2:
        return ("ln_attn", "ln_mlp")
    return ("input_layernorm",) if config.flag("parallel_attn") else ("input_layernorm", "post_attention_layernorm")


def _kv_heads(config: Config) -> int:
    if config.flag("new_decoder_architecture"):
        return config.kv_heads
    return 1 if config.flag("multi_query") else config.heads


ARCHITECTURE = Architecture(
    default="FalconForCausalLM",
    prefix="transformer",
    body=body,
    heads=DECODER_HEADS,
    packs=False,
    gated=False,
    norm="layer",
    parallel=lambda config: config.flag("parallel_attn") or config.flag("new_decoder_architecture"),
    kv_heads=_kv_heads,
    aliases={
        "hidden_act": "activation",
        "intermediate_size": "ffn_hidden_size",
        "num_key_value_heads": "num_kv_heads",
    },
    defaults={
        "vocab_size": 65024,
        "hidden_size": 4544,
        "num_hidden_layers": 32,
        "num_attention_heads": 71,
        "max_position_embeddings": 2048,
        "multi_query": True,
        "parallel_attn": True,
        "tie_word_embeddings": True,
        "hidden_act": "gelu",
    },
)
