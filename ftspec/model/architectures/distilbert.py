"""DistilBERT (Sanh et al. 2019): half of BERT's layers, no token types, no pooler."""

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
    """Embeddings and layers."""
    yield from matrix("embeddings.word_embeddings", config.vocabulary, config.hidden)
    yield from matrix("embeddings.position_embeddings", config.size("max_position_embeddings"), config.hidden)
    yield from norm("embeddings.LayerNorm", config.hidden, bias=True)
    yield from repeated("transformer.layer", config.layers, lambda _: _layer(config))


def _layer(config: Config) -> Tensors:
    for name in ("q_lin", "k_lin", "v_lin", "out_lin"):
        yield from linear(f"attention.{name}", config.hidden, config.hidden, bias=True)
    yield from norm("sa_layer_norm", config.hidden, bias=True)
    yield from linear("ffn.lin1", config.hidden, config.intermediate, bias=True)
    yield from linear("ffn.lin2", config.intermediate, config.hidden, bias=True)
    yield from norm("output_layer_norm", config.hidden, bias=True)


def _masked_head(config: Config) -> Tensors:
    yield from linear("vocab_transform", config.hidden, config.hidden, bias=True)
    yield from norm("vocab_layer_norm", config.hidden, bias=True)
    if not config.tied:
        yield from matrix("vocab_projector", config.vocabulary, config.hidden)
    yield from vector("vocab_projector.bias", config.vocabulary)


def _classifier(config: Config) -> Tensors:
    yield from linear("pre_classifier", config.hidden, config.hidden, bias=True)
    yield from linear("classifier", config.hidden, config.labels, bias=True)


ARCHITECTURE = Architecture(
    default="DistilBertForMaskedLM",
    prefix="distilbert",
    body=body,
    heads={"ForMaskedLM": _masked_head, "ForSequenceClassification": _classifier, "Model": nothing},
    gated=False,
    norm="layer",
    aliases={
        "hidden_act": "activation",
        "hidden_dropout": "dropout",
        "hidden_size": "dim",
        "intermediate_size": "hidden_dim",
        "num_hidden_layers": "n_layers",
        "num_attention_heads": "n_heads",
    },
    defaults={
        "vocab_size": 30522,
        "hidden_size": 768,
        "intermediate_size": 3072,
        "num_hidden_layers": 6,
        "num_attention_heads": 12,
        "max_position_embeddings": 512,
        "tie_word_embeddings": True,
        "hidden_act": "gelu",
        "hidden_dropout": 0.1,
        "attention_dropout": 0.1,
    },
)
