"""RoBERTa (Liu et al. 2019): BERT's layers under another head."""

from __future__ import annotations

from ftspec.model.architectures._config import Config
from ftspec.model.architectures._encoder import DEFAULTS, encoder, pooler
from ftspec.model.architectures._parts import Architecture, Tensors, linear, norm, vector


def _masked_head(config: Config) -> Tensors:
    yield from vector("lm_head.bias", config.vocabulary)
    yield from linear("lm_head.dense", config.hidden, config.hidden, bias=True)
    yield from norm("lm_head.layer_norm", config.hidden, bias=True)
    if not config.tied:
        yield from linear("lm_head.decoder", config.hidden, config.vocabulary, bias=True)


def _classifier(config: Config) -> Tensors:
    yield from linear("classifier.dense", config.hidden, config.hidden, bias=True)
    yield from linear("classifier.out_proj", config.hidden, config.labels, bias=True)


HEADS = {"ForMaskedLM": _masked_head, "ForSequenceClassification": _classifier, "Model": pooler}

ARCHITECTURE = Architecture(
    default="RobertaForMaskedLM",
    prefix="roberta",
    body=encoder,
    heads=HEADS,
    gated=False,
    norm="layer",
    position_offset=2,
    aliases={
        "hidden_dropout": "hidden_dropout_prob",
        "attention_dropout": "attention_probs_dropout_prob",
    },
    defaults={**DEFAULTS, "vocab_size": 50265},
)
