"""Phi 1 to 2: attention and feed-forward side by side, biases everywhere, the head's included."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._parts import (
    DECODER_HEADS,
    Architecture,
    Tensors,
    always,
    language_head,
    linear,
    matrix,
    norm,
    repeated,
)


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    yield from matrix("embed_tokens", config.vocabulary, config.hidden)
    yield from repeated("layers", config.layers, lambda _: _layer(config))
    yield from norm("final_layernorm", config.hidden, bias=True)


def _layer(config: Config) -> Tensors:
    queries, keys = config.heads * config.head_dim, config.kv_heads * config.head_dim
    yield from linear("self_attn.q_proj", config.hidden, queries, bias=True)
    yield from linear("self_attn.k_proj", config.hidden, keys, bias=True)
    yield from linear("self_attn.v_proj", config.hidden, keys, bias=True)
    yield from linear("self_attn.dense", queries, config.hidden, bias=True)
    if config.flag("qk_layernorm"):
        yield from norm("self_attn.q_layernorm", config.head_dim, bias=True)
        yield from norm("self_attn.k_layernorm", config.head_dim, bias=True)
    yield from linear("mlp.fc1", config.hidden, config.intermediate, bias=True)
    yield from linear("mlp.fc2", config.intermediate, config.hidden, bias=True)
    yield from norm("input_layernorm", config.hidden, bias=True)


ARCHITECTURE = Architecture(
    default="PhiForCausalLM",
    prefix="model",
    body=body,
    heads={**DECODER_HEADS, "ForCausalLM": language_head(bias=True)},
    gated=False,
    norm="layer",
    parallel=always,
    copies_heads=True,
    aliases={
        "hidden_dropout": "resid_pdrop",
    },
    defaults={
        "vocab_size": 51200,
        "hidden_size": 2048,
        "intermediate_size": 8192,
        "num_hidden_layers": 24,
        "num_attention_heads": 32,
        "max_position_embeddings": 2048,
        "hidden_act": "gelu_new",
    },
)
