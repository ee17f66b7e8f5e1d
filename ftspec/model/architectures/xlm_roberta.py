"""XLM-RoBERTa (Conneau et al. 2020): RoBERTa over a hundred languages."""

from __future__ import annotations

from ftspec.model.architectures._encoder import DEFAULTS, encoder
from ftspec.model.architectures._parts import Architecture
from ftspec.model.architectures.roberta import HEADS

ARCHITECTURE = Architecture(
    default="XLMRobertaForMaskedLM",
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
    defaults=DEFAULTS,
)
