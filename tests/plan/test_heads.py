"""Heads for classification, held against the models that transformers really builds."""

from __future__ import annotations

from typing import Any

import pytest

from ftspec.kinds.methods import Method, Unfit
from ftspec.kinds.methods.adapter import Adapter
from ftspec.kinds.methods.bitfit import BitFit
from ftspec.kinds.methods.full import Full
from ftspec.kinds.methods.head import Head
from ftspec.kinds.methods.ia3 import Ia3
from ftspec.kinds.methods.lora import Lora
from ftspec.kinds.methods.prompt_tuning import PromptTuning
from ftspec.kinds.objectives.classify import Classify
from ftspec.plan.facts import ModelFacts
from ftspec.plan.heads import UNKNOWN, reads_ahead, why_not_scoring, why_not_writing, with_head
from tests.kinds.models import _COMMON, SMALL, facts_of, meta_model, trainable

_ENCODERS: dict[str, dict[str, Any]] = {
    "bert": {},
    "roberta": {"pad_token_id": 0},
    "distilbert": {"dim": 32, "n_heads": 4, "n_layers": 2, "hidden_dim": 48},
    "electra": {"embedding_size": 32},
    "modernbert": {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1, "sep_token_id": 2},
}
LABELS = Classify(labels=("red", "green", "blue"))


def _built(kind: str, auto: str) -> Any:
    import torch
    import transformers

    settings = _COMMON | (SMALL.get(kind) or _ENCODERS.get(kind) or {})
    config = transformers.AutoConfig.for_model(kind, **settings, num_labels=3)
    with torch.device("meta"):
        return getattr(transformers, auto).from_config(config)


def _tensors(model: Any) -> dict[str, tuple[int, ...]]:
    return {name: tuple(each.shape) for name, each in model.named_parameters()}


CASES = [(kind, "AutoModelForCausalLM") for kind in SMALL] + [
    (kind, auto) for kind in _ENCODERS for auto in ("AutoModelForMaskedLM", "AutoModel")
]


@pytest.mark.parametrize(("kind", "auto"), CASES)
def test_the_tensors_under_a_new_head_are_those_of_the_real_model(kind: str, auto: str) -> None:
    """From a language model and from a bare body alike, name by name."""
    planned = with_head(facts_of(_built(kind, auto)), 3)
    assert {t.name: t.shape for t in planned.tensors} == _tensors(_built(kind, "AutoModelForSequenceClassification"))


@pytest.mark.parametrize("kind", ["llama", "gpt2", *_ENCODERS])
@pytest.mark.parametrize(
    "method", [Lora(rank=2), Full(), Head(), BitFit(), Ia3(), Adapter(bottleneck=2)], ids=lambda each: each.keyword()
)
def test_the_planned_count_holds_the_head(kind: str, method: Method) -> None:
    """Whatever trains in the body, the new head trains beside it, once."""
    auto = "AutoModelForCausalLM" if kind in SMALL else "AutoModelForMaskedLM"
    facts = facts_of(_built(kind, auto))
    try:
        planned = LABELS.adaptation(method, facts)
    except Unfit as unfit:
        pytest.skip(unfit.message)
    model = _built(kind, "AutoModelForSequenceClassification")
    assert trainable(method.apply(model, planned)) == planned.trainable


def test_what_cannot_have_a_head_says_so() -> None:
    """A family without one in transformers, and methods that learn tokens alone."""
    facts: ModelFacts = facts_of(meta_model("llama"))
    with pytest.raises(Unfit, match="learns no head"):
        LABELS.adaptation(PromptTuning(), facts)
    for kind in UNKNOWN:
        with pytest.raises(Unfit, match="transformers has no"):
            LABELS.adaptation(Lora(), facts.model_copy(update={"kind": kind}))


def test_every_family_that_writes_nothing_is_known() -> None:
    """The families that transformers gives a head for masked words, and those with an encoder beside the decoder."""
    from transformers.models.auto import modeling_auto as auto

    facts = facts_of(meta_model("llama"))
    both = {**auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES, **auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES}
    hears = ("asr", "audio", "voxtral", "voice", "speech", "diarize", "music")
    for kind, architecture in both.items():
        if not any(word in kind for word in hears) and "LMHead" not in str(architecture):
            changes = {"kind": kind, "architecture": architecture if isinstance(architecture, str) else "Model"}
            assert why_not_writing(facts.model_copy(update=changes)) is not None, kind


def test_what_writes_may_write() -> None:
    """Decoders, and encoders with a head for the next word."""
    facts = facts_of(meta_model("llama"))
    assert why_not_writing(facts) is None
    assert why_not_writing(facts.model_copy(update={"kind": "bert", "architecture": "BertLMHeadModel"})) is None
    ahead = {"kind": "bert", "architecture": "BertLMHeadModel", "reads_ahead": True}
    assert "is_decoder" in str(why_not_writing(facts.model_copy(update=ahead)))
    assert why_not_writing(facts.model_copy(update={"kind": "bart", "architecture": "BartForCausalLM"})) is None


def test_encoders_read_ahead_unless_told() -> None:
    """Also those with a head for the next word."""
    assert reads_ahead("bert", {}) and reads_ahead("bert-generation", {"is_decoder": False})
    assert not reads_ahead("roberta", {"is_decoder": True}) and not reads_ahead("llama", {})


def test_every_family_without_a_classifier_is_known() -> None:
    """Of those that write text and nothing else."""
    from transformers.models.auto import modeling_auto as auto

    missing = set(auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES) - set(auto.MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES)
    others = {"moss_transcribe_diarize", "musicgen", "musicgen_melody", "trocr", "whisper"}
    facts = facts_of(meta_model("llama"))
    for kind in missing - others:
        assert why_not_scoring(facts.model_copy(update={"kind": kind})) is not None, kind
