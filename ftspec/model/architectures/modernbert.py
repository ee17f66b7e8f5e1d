"""ModernBERT (Warner et al. 2024): gated feed-forward, rotary positions, every third layer without a window."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._parts import (
    Architecture,
    Tensors,
    linear,
    matrix,
    norm,
    nothing,
    repeated,
    vector,
)


def body(config: Config) -> Tensors:
    """Embedding, layers, norm."""
    bias = config.flag("norm_bias")
    yield from matrix("embeddings.tok_embeddings", config.vocabulary, config.hidden)
    yield from norm("embeddings.norm", config.hidden, bias)
    yield from repeated("layers", config.layers, lambda index: _layer(config, index))
    yield from norm("final_norm", config.hidden, bias)


def _layer(config: Config, index: int) -> Tensors:
    if index > 0:  # the embedding's own norm stands before the first layer
        yield from norm("attn_norm", config.hidden, config.flag("norm_bias"))
    yield from linear("attn.Wqkv", config.hidden, 3 * config.hidden, config.flag("attention_bias"))
    yield from linear("attn.Wo", config.hidden, config.hidden, config.flag("attention_bias"))
    yield from norm("mlp_norm", config.hidden, config.flag("norm_bias"))
    yield from linear("mlp.Wi", config.hidden, 2 * config.intermediate, config.flag("mlp_bias"))
    yield from linear("mlp.Wo", config.intermediate, config.hidden, config.flag("mlp_bias"))


def _head(config: Config) -> Tensors:
    yield from linear("head.dense", config.hidden, config.hidden, config.flag("classifier_bias"))
    yield from norm("head.norm", config.hidden, config.flag("norm_bias"))


def _masked_head(config: Config) -> Tensors:
    yield from _head(config)
    if not config.tied:
        yield from matrix("decoder", config.vocabulary, config.hidden)
    if bool(config.get("decoder_bias", True)):
        yield from vector("decoder.bias", config.vocabulary)


def _classifier(config: Config) -> Tensors:
    yield from _head(config)
    yield from linear("classifier", config.hidden, config.labels, bias=True)


ARCHITECTURE = Architecture(
    default="ModernBertForMaskedLM",
    prefix="model",
    body=body,
    heads={"ForMaskedLM": _masked_head, "ForSequenceClassification": _classifier, "Model": nothing},
    norm="layer",
    aliases={
        "hidden_act": "hidden_activation",
    },
    defaults={
        "vocab_size": 50368,
        "hidden_size": 768,
        "intermediate_size": 1152,
        "num_hidden_layers": 22,
        "num_attention_heads": 12,
        "max_position_embeddings": 8192,
        "tie_word_embeddings": True,
        "hidden_act": "gelu",
    },
)
