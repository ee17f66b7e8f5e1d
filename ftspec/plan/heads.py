"""What a model is with a new head on it: the tensors that transformers puts there for sequence classification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftspec.plan.facts import ModelFacts, Tensor

_LANGUAGE_HEADS = frozenset(
    {"lm_head", "embed_out", "cls", "vocab_projector", "vocab_transform", "vocab_layer_norm"}
    | {"generator_lm_head", "generator_predictions", "discriminator_predictions"}
)
"""Where the heads of language models begin; a classifier has none of them."""

_CLASSIFIERS = frozenset({"score", "classifier", "pre_classifier"})
_PREFIXES: Mapping[str, str] = {
    **dict.fromkeys(("bert", "distilbert", "electra", "roberta", "gpt_neox"), ""),
    "xlm-roberta": "roberta",
    "gpt2": "transformer",
    "falcon": "transformer",
}
"""How the body is called inside a model with a head: as the family itself, or otherwise; `model` for all others."""

_OWN_HEAD = frozenset({"modernbert"})
"""Families whose language head has a part that the classifier keeps under the same name."""

_WITHOUT_POOLER = frozenset({"roberta", "xlm-roberta"})
"""Families whose classifier reads the first token itself, and leaves out the pooler of the plain model."""

KNOWN_ENCODERS = frozenset({"bert", "distilbert", "roberta", "xlm-roberta", "electra", "modernbert"})
"""Encoders whose new head is counted here."""

_NO_CLASSIFIER = """
afmoe apertus aria_text bailing_hybrid bamba beam bert-generation bitnet blt codegen cohere cohere2 cohere2_moe
cpmant cwm dbrx deepseek_v32 deepseek_v4 dots1 dots3_note dots3_note_text emu3 ernie4_5 ernie4_5_moe exaone_moe
falcon_h1 falcon_mamba flex_olmo flint fuyu gemma3n gemma3n_text gemma4 gemma4_assistant gemma4_text gemma4_unified
gemma4_unified_assistant gemma4_unified_text git glm4_moe glm4_moe_lite glm_moe_dsa got_ocr2 gpt_neox_japanese
granite granite_swa granitemoe granitemoe_swa granitemoehybrid granitemoeshared hrm_text hy_v3 hy_v4 hyperclovax
inkling2_text inkling_text internlm3 iquestcoder jais2 kimi_linear kolibri1 laguna lfm2 lfm2_moe lfm3 llama4
llama4_text longcat_flash mamba mamba2 mellum mimo_v2_flash minimax_m2 minimax_m3_vl_text mllama moshi nanochat
nemotron_h olmo_hybrid olmoe phi4_multimodal qwen3_5_moe qwen3_5_moe_text qwen4_exp qwen4_exp_text recurrent_gemma
rwkv solar_open vaultgemma xglm xlstm youtu zaya
"""
UNKNOWN = frozenset(_NO_CLASSIFIER.split())
"""Families for which transformers has no model with a classification head."""


def with_head(facts: ModelFacts, outputs: int) -> ModelFacts:
    """The same model with a classification head of so many outputs in place of its own head."""
    prefix = _prefix(facts.kind)
    body = tuple(_inside(tensor, prefix) for tensor in facts.tensors if not _is_head(tensor, facts))
    head = new_head(facts, outputs)
    return facts.model_copy(update={"tensors": (*body, *head), "tied": False})


def new_head(facts: ModelFacts, outputs: int) -> tuple[Tensor, ...]:
    """The tensors that are new: of `AutoModelForSequenceClassification`, with a pooler where the model brings none."""
    hidden = facts.hidden
    inner, outer = _linear(hidden, hidden), _linear(hidden, outputs)
    match facts.kind:
        case "bert":
            pooler = (
                () if any("pooler" in tensor.name for tensor in facts.tensors) else _under("bert.pooler.dense", inner)
            )
            return (*pooler, *_under("classifier", outer))
        case "distilbert":
            return (*_under("pre_classifier", inner), *_under("classifier", outer))
        case "roberta" | "xlm-roberta" | "electra":
            return (*_under("classifier.dense", inner), *_under("classifier.out_proj", outer))
        case "modernbert":
            own = any(tensor.name.startswith("head.") for tensor in facts.tensors)
            norm = (Tensor(name="head.norm.weight", shape=(hidden,)),)
            kept = () if own else (Tensor(name="head.dense.weight", shape=(hidden, hidden)), *norm)
            return (*kept, *_under("classifier", outer))
        case _:
            return (Tensor(name="score.weight", shape=(outputs, hidden)),)


def head_modules(facts: ModelFacts, outputs: int) -> tuple[str, ...]:
    """The modules that hold the new tensors, each once and as large as it can be."""
    prefix = f"{_prefix(facts.kind)}."
    names = (tensor.module.removeprefix(prefix).split(".")[0] for tensor in new_head(facts, outputs))
    return tuple(dict.fromkeys(names))


def _prefix(kind: str) -> str:
    return _PREFIXES.get(kind, "model") or kind


def _inside(tensor: Tensor, prefix: str) -> Tensor:
    """The tensor as it is called inside a model with a head."""
    if tensor.name.startswith((f"{prefix}.", "head.")):
        return tensor
    return Tensor(name=f"{prefix}.{tensor.name}", shape=tensor.shape)


def _is_head(tensor: Tensor, facts: ModelFacts) -> bool:
    first = tensor.name.split(".")[0]
    if facts.kind in _OWN_HEAD and first == "decoder":
        return True
    if facts.kind in _WITHOUT_POOLER and "pooler" in tensor.name:
        return True
    return first in _LANGUAGE_HEADS or first in _CLASSIFIERS


def _linear(inputs: int, outputs: int) -> tuple[Tensor, ...]:
    return (Tensor(name="weight", shape=(outputs, inputs)), Tensor(name="bias", shape=(outputs,)))


def _under(module: str, tensors: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return tuple(Tensor(name=f"{module}.{tensor.name}", shape=tensor.shape) for tensor in tensors)


READERS = frozenset(
    {"albert", "bert", "big_bird", "camembert", "convbert", "data2vec-text", "deberta", "deberta-v2", "distilbert"}
    | {"electra", "ernie", "esm", "esmc", "eurobert", "flaubert", "fnet", "funnel", "gte", "ibert"}
    | {"jina_embeddings_v3", "layoutlm", "longformer", "luke", "megatron-bert", "mobilebert", "modernbert"}
    | {"modernvbert", "mpnet", "mra", "neomme", "nomic_bert", "nystromformer", "perceiver", "reformer", "rembert"}
    | {"roberta", "roberta-prelayernorm", "roc_bert", "roformer", "squeezebert", "tapas", "ultrabert", "ultravbert"}
    | {"xlm", "xlm-roberta", "xlm-roberta-xl", "xmod", "yoso"}
)
"""Families of encoders: those that transformers gives a head for masked words, without encoder-decoders."""

_DECODERS_IF_TOLD = frozenset({"bert-generation"})
"""Families without a head for masked words that attend as encoders unless their config says otherwise."""

TRANSLATORS = frozenset(
    {"bart", "bigbird_pegasus", "blenderbot", "blenderbot-small", "encoder-decoder", "fsmt", "led", "longt5", "m2m_100"}
    | {"marian", "mbart", "mt5", "mvp", "nllb-moe", "pegasus", "pegasus_x", "plbart", "prophetnet", "seamless_m4t"}
    | {"seamless_m4t_v2", "switch_transformers", "t5", "t5gemma", "t5gemma2", "umt5"}
)
"""Families whose encoder reads what their decoder answers."""


_CARRY_A_STATE = """
bailing_hybrid bamba deepseek_v4 falcon_h1 falcon_mamba glm5_next granitemoehybrid jamba kimi_linear mamba mamba2
minicpm_ocr minicpmv4_6 minicpmv4_7 nemotron_h nemotron_h_omni olmo_hybrid qwen3_5 qwen3_5_moe qwen3_next qwen4_exp
recurrent_gemma rwkv xlstm zamba zamba2 zaya
"""
STATEFUL = frozenset(_CARRY_A_STATE.split())
"""Families that carry a state from token to token beside keys and values, or in place of them (`_is_stateful`)."""


ATTENTION_FREE = frozenset({"mamba", "mamba2", "falcon_mamba", "rwkv", "xlstm"})
"""Families that carry a state in place of keys and values."""


def is_stateful(facts: ModelFacts) -> bool:
    """Whether padding before a row would change what the model says of it."""
    return facts.kind.removesuffix("_text") in STATEFUL


def reads_ahead(kind: str, values: Mapping[str, Any]) -> bool:
    """Whether tokens see those after them, by the model's type and its config."""
    return kind in READERS | _DECODERS_IF_TOLD and not (values.get("is_decoder") or values.get("causal"))


def why_not_writing(facts: ModelFacts) -> str | None:
    """Why a model does not go on writing what it reads; None where it does."""
    writes = "CausalLM" in facts.architecture or "LMHead" in facts.architecture or facts.kind in _DECODERS_IF_TOLD
    if writes and facts.reads_ahead:
        return f"{facts.architecture} lets every token see those after it, as its config does not say `is_decoder`"
    if writes:
        return None
    if facts.kind in READERS:
        return f"{facts.architecture} reads text and writes none"
    if facts.kind in TRANSLATORS:
        return f"{facts.architecture} answers with a decoder of its own, and does not go on with what it reads"
    return None


def why_not_scoring(facts: ModelFacts) -> str | None:
    """Why a model gets no classification head; None where it does."""
    if facts.kind in UNKNOWN:
        return f"transformers has no {facts.architecture} with a head"
    if facts.kind in TRANSLATORS:
        return f"{facts.architecture} has an encoder and a decoder, and no head of a known size"
    if facts.kind in READERS - KNOWN_ENCODERS and why_not_writing(facts) is not None:
        return f"the head of {facts.architecture} is of no known size"
    return None
