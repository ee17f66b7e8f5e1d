"""BERT (Devlin et al. 2019)."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._encoder import DEFAULTS, encoder, pooler
from ftspec.model.architectures._parts import Architecture, Tensors, linear, norm, under, vector


def _masked_head(config: Config) -> Tensors:
    yield from vector("cls.predictions.bias", config.vocabulary)
    yield from linear("cls.predictions.transform.dense", config.hidden, config.hidden, bias=True)
    yield from norm("cls.predictions.transform.LayerNorm", config.hidden, bias=True)
    if not config.tied:
        yield from linear("cls.predictions.decoder", config.hidden, config.vocabulary, bias=True)


def _pretraining_head(config: Config) -> Tensors:
    yield from under("bert", pooler(config))
    yield from _masked_head(config)
    yield from linear("cls.seq_relationship", config.hidden, 2, bias=True)


def _classifier(config: Config) -> Tensors:
    yield from under("bert", pooler(config))
    yield from linear("classifier", config.hidden, config.labels, bias=True)


ARCHITECTURE = Architecture(
    default="BertForMaskedLM",
    prefix="bert",
    body=encoder,
    heads={
        "ForMaskedLM": _masked_head,
        "ForPreTraining": _pretraining_head,
        "ForSequenceClassification": _classifier,
        "Model": pooler,
    },
    gated=False,
    norm="layer",
    aliases={
        "hidden_dropout": "hidden_dropout_prob",
        "attention_dropout": "attention_probs_dropout_prob",
    },
    defaults=DEFAULTS,
)
