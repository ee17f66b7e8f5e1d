"""GPT-NeoX and Pythia (Black et al. 2022, Biderman et al. 2023): attention and feed-forward side by side."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._parts import DECODER_HEADS, Architecture, Tensors, linear, matrix, norm, repeated


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    yield from matrix("embed_in", config.vocabulary, config.hidden)
    yield from repeated("layers", config.layers, lambda _: _layer(config))
    yield from norm("final_layer_norm", config.hidden, bias=True)


def _layer(config: Config) -> Tensors:
    bias = config.flag("attention_bias")
    yield from norm("input_layernorm", config.hidden, bias=True)
    yield from norm("post_attention_layernorm", config.hidden, bias=True)
    yield from linear("attention.query_key_value", config.hidden, 3 * config.hidden, bias)
    yield from linear("attention.dense", config.hidden, config.hidden, bias)
    yield from linear("mlp.dense_h_to_4h", config.hidden, config.intermediate, bias=True)
    yield from linear("mlp.dense_4h_to_h", config.intermediate, config.hidden, bias=True)


ARCHITECTURE = Architecture(
    default="GPTNeoXForCausalLM",
    prefix="gpt_neox",
    body=body,
    heads=DECODER_HEADS,
    gated=False,
    norm="layer",
    parallel=lambda config: bool(config.get("use_parallel_residual", True)),
    copies_heads=True,
    defaults={
        "vocab_size": 50432,
        "hidden_size": 6144,
        "intermediate_size": 24576,
        "num_hidden_layers": 44,
        "num_attention_heads": 64,
        "max_position_embeddings": 2048,
        "attention_bias": True,
        "hidden_act": "gelu",
    },
)
