"""Model facts from a config, without weights."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ftspec.model.architectures import BadConfig, Built
from ftspec.model.architectures._config import Config
from ftspec.plan.facts import ModelFacts, Tensor

_LAYER = re.compile(r"\.(\d+)\.")


def described(built: Built, values: Mapping[str, Any], source: str) -> ModelFacts:
    """The facts of a model that an architecture of ours built. Raises `BadConfig` for impossible sizes."""
    config, architecture, kind = built.text, built.architecture, str(values.get("model_type", ""))
    kv_heads = config.kv_heads if architecture.kv_heads is None else architecture.kv_heads(config)
    return ModelFacts(
        architecture=built.class_name,
        kind=kind,
        tensors=built.tensors,
        layers=config.layers,
        hidden=config.hidden,
        heads=config.heads,
        kv_heads=kv_heads,
        head_dim=config.head_dim,
        intermediate=config.intermediate,
        vocabulary=config.vocabulary,
        context=config.size("max_position_embeddings", 2048) - architecture.position_offset,
        tied=config.tied,
        dtype=number_format(values),
        source=source,
        gated=architecture.gated,
        norm=architecture.norm,
        activation=str(config.get("hidden_act", "silu")),
        dropout=config.share("hidden_dropout"),
        attention_dropout=config.share("attention_dropout"),
        parallel=architecture.parallel(config),
        copies_heads=architecture.copies_heads,
        sdpa=architecture.sdpa,
        packs=architecture.packs,
        qk_norm=any(tensor.name.endswith("q_norm.weight") for tensor in built.tensors),
        norms_in_a_layer=_norms(built.tensors, config.hidden),
        experts=_experts(built.tensors),
        active_experts=_active(config, _experts(built.tensors)),
        expert_width=_expert_width(built.tensors, config.hidden),
        positions=positions_of(values, kind),
        window=_window(config, kind),
        stored_quantization=stored_quantization(values),
    )


_ROTARY = """
arcee cohere deepseek_v2 deepseek_v3 gemma gemma2 glm glm4 gpt_neox granite helium llama ministral ministral3 mistral
mixtral nemotron olmo olmo2 olmoe phi phi3 qwen2 qwen2_moe qwen3 qwen3_moe seed_oss smollm3 stablelm starcoder2
"""
ROTARY = frozenset(_ROTARY.split())
"""Families whose layers all read one set of `rope_parameters`."""


def positions_of(values: Mapping[str, Any], kind: str) -> str | None:
    """`default`, or how the config stretches rotary positions already; None where there are none, or several sets."""
    if kind not in ROTARY:
        return None
    settings = values.get("rope_parameters") or values.get("rope_scaling")
    named = settings.get("rope_type", settings.get("type")) if isinstance(settings, Mapping) else None
    return named if isinstance(named, str) else "default"


def _norms(tensors: tuple[Tensor, ...], hidden: int) -> int:
    """Scales of the width of the residual stream in a layer in the middle, which no special case touches."""
    inside = [t.name for t in tensors if t.shape == (hidden,) and t.name.endswith(".weight")]
    by_layer = Counter(match.group(1) for name in inside if (match := _LAYER.search(name)))
    return max(by_layer.values(), default=0)


_WINDOWS = {"mistral": 4096, "gemma2": 4096, "gemma3": 4096, "gemma3_text": 4096, "gpt_oss": 128}
"""What transformers fills in where a config is silent."""


def _window(config: Config, kind: str) -> int:
    """The sliding window, as transformers applies it: Qwen's is only used where the config says so."""
    if kind.startswith("llama4"):
        return 1
    if kind.startswith(("qwen", "smollm")) and not config.flag("use_sliding_window"):
        return 0
    silent = 0 if config.has("sliding_window") else _WINDOWS.get(kind, 0)
    value = config.get("sliding_window", silent)
    return value if isinstance(value, int) and value > 0 else 0


def number_format(values: Mapping[str, Any]) -> str:
    """What the config says of the stored weights: `dtype` since transformers 5, `torch_dtype` before."""
    named = values.get("dtype") or values.get("torch_dtype")
    return named if named in ("float16", "bfloat16", "float32", "float64") else "float32"


def stored_quantization(values: Mapping[str, Any]) -> str | None:
    """`bitsandbytes`, `gptq`, `awq`, … where the stored weights are quantized."""
    settings = values.get("quantization_config")
    if not isinstance(settings, Mapping):
        return None
    return str(settings.get("quant_method") or "bitsandbytes")


def _active(config: Config, experts: int) -> int:
    """Experts that a token passes through. Raises `BadConfig` for more than there are."""
    if not experts:
        return 0
    active = config.size("num_experts_per_tok", 1)
    if active > experts:
        message = f"`{config.key('num_experts_per_tok')}` is {active}, and there are {experts} experts"
        raise BadConfig(message, "copy the model's own config.json")
    return active


def _experts(tensors: tuple[Tensor, ...]) -> int:
    return next((tensor.shape[0] for tensor in tensors if tensor.name.endswith("experts.down_proj")), 0)


def _expert_width(tensors: tuple[Tensor, ...], hidden: int) -> int:
    """Some models keep (experts, hidden, inner) and others (experts, inner, hidden)."""
    down = next((tensor for tensor in tensors if tensor.name.endswith("experts.down_proj")), None)
    if down is None:
        return 0
    return down.shape[2] if down.shape[1] == hidden else down.shape[1]
