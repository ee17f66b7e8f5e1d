"""OPT (Zhang et al. 2022): learned positions with an offset of two."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._parts import (
    DECODER_HEADS,
    Architecture,
    Tensors,
    linear,
    matrix,
    norm,
    repeated,
    under,
)


def body(config: Config) -> Tensors:
    """Embeddings, layers, norm, all inside `decoder`."""
    yield from under("decoder", _decoder(config))


def _decoder(config: Config) -> Tensors:
    width, affine = _width(config), bool(config.get("layer_norm_elementwise_affine", True))
    yield from matrix("embed_tokens", config.vocabulary, width)
    yield from matrix("embed_positions", config.size("max_position_embeddings") + 2, config.hidden)
    if width != config.hidden:
        yield from linear("project_out", config.hidden, width)
        yield from linear("project_in", width, config.hidden)
    if config.flag("do_layer_norm_before") and not config.flag("_remove_final_layer_norm") and affine:
        yield from norm("final_layer_norm", config.hidden, bias=True)
    yield from repeated("layers", config.layers, lambda _: _layer(config, affine))


def _layer(config: Config, affine: bool) -> Tensors:
    bias = bool(config.get("enable_bias", True))
    for name in ("k_proj", "v_proj", "q_proj", "out_proj"):
        yield from linear(f"self_attn.{name}", config.hidden, config.hidden, bias)
    yield from linear("fc1", config.hidden, config.intermediate, bias)
    yield from linear("fc2", config.intermediate, config.hidden, bias)
    if affine:
        yield from norm("self_attn_layer_norm", config.hidden, bias=True)
        yield from norm("final_layer_norm", config.hidden, bias=True)


def _width(config: Config) -> int:
    return config.size("word_embed_proj_dim", config.hidden)


def _language_head(config: Config) -> Tensors:
    if not config.tied:
        yield from linear("lm_head", _width(config), config.vocabulary)


def _score(config: Config) -> Tensors:
    yield from linear("score", _width(config), config.labels)


ARCHITECTURE = Architecture(
    default="OPTForCausalLM",
    prefix="model",
    body=body,
    heads={**DECODER_HEADS, "ForCausalLM": _language_head, "ForSequenceClassification": _score},
    packs=False,
    gated=False,
    norm="layer",
    aliases={
        "hidden_act": "activation_function",
        "hidden_dropout": "dropout",
        "intermediate_size": "ffn_dim",
    },
    defaults={
        "vocab_size": 50272,
        "hidden_size": 768,
        "intermediate_size": 3072,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "max_position_embeddings": 2048,
        "do_layer_norm_before": True,
        "tie_word_embeddings": True,
        "hidden_act": "relu",
        "hidden_dropout": 0.1,
    },
)
