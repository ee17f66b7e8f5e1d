"""BERT's layer (Devlin et al. 2019), which RoBERTa and XLM-R share."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._parts import Tensors, linear, matrix, norm, repeated


def encoder(config: Config) -> Tensors:
    """Embeddings and layers, without a pooler."""
    width = config.size("embedding_size", config.hidden)
    yield from matrix("embeddings.word_embeddings", config.vocabulary, width)
    yield from matrix("embeddings.position_embeddings", config.size("max_position_embeddings"), width)
    yield from matrix("embeddings.token_type_embeddings", config.size("type_vocab_size"), width)
    yield from norm("embeddings.LayerNorm", width, bias=True)
    if width != config.hidden:
        yield from linear("embeddings_project", width, config.hidden, bias=True)
    yield from repeated("encoder.layer", config.layers, lambda _: _layer(config))


def _layer(config: Config) -> Tensors:
    for name in ("query", "key", "value"):
        yield from linear(f"attention.self.{name}", config.hidden, config.hidden, bias=True)
    yield from linear("attention.output.dense", config.hidden, config.hidden, bias=True)
    yield from norm("attention.output.LayerNorm", config.hidden, bias=True)
    yield from linear("intermediate.dense", config.hidden, config.intermediate, bias=True)
    yield from linear("output.dense", config.intermediate, config.hidden, bias=True)
    yield from norm("output.LayerNorm", config.hidden, bias=True)


def pooler(config: Config) -> Tensors:
    """The dense layer on the first token."""
    yield from linear("pooler.dense", config.hidden, config.hidden, bias=True)


DEFAULTS = {
    "vocab_size": 30522,
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "max_position_embeddings": 512,
    "type_vocab_size": 2,
    "hidden_act": "gelu",
    "hidden_dropout": 0.1,
    "attention_dropout": 0.1,
    "tie_word_embeddings": True,
}
