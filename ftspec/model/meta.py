"""The slow way for architectures without a file of their own: ask transformers, on torch's meta device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftspec.model.architectures import BadConfig
from ftspec.model.describe import number_format, positions_of, stored_quantization
from ftspec.plan.facts import ModelFacts, Tensor
from ftspec.plan.heads import reads_ahead

_HELP = "copy the model's own config.json"


def on_meta_device(values: Mapping[str, Any], source: str) -> ModelFacts | None:
    """The facts of a model that the installed transformers knows, or None. No weight is made, no remote code runs.

    Raises `BadConfig` where transformers refuses the config.
    """
    from transformers import CONFIG_MAPPING

    if values.get("model_type") not in CONFIG_MAPPING:
        return None
    try:
        config = CONFIG_MAPPING[values["model_type"]].from_dict(dict(values))  # which reads its infinities, too
        model = _empty(config, _class_name(values))
    except Exception as error:  # transformers raises whatever its config classes raise
        raise BadConfig(f"transformers refuses the config: {_first_line(error)}", _HELP) from error
    return None if model is None else _facts(model, config.get_text_config(), values, source)


def _class_name(values: Mapping[str, Any]) -> str | None:
    names = values.get("architectures")
    return names[0] if isinstance(names, list) and names and isinstance(names[0], str) else None


def _empty(config: Any, class_name: str | None) -> Any:
    import torch
    import transformers

    library: Any = transformers
    found = getattr(library, class_name, None) if class_name else None
    with torch.device("meta"):
        if isinstance(found, type) and issubclass(found, transformers.PreTrainedModel):
            return found(config)
        causal = library.AutoModelForCausalLM
        return (causal if type(config) in causal._model_mapping else library.AutoModel).from_config(config)


def _facts(model: Any, text: Any, values: Mapping[str, Any], source: str) -> ModelFacts:
    tensors = tuple(Tensor(name=name, shape=tuple(each.shape)) for name, each in model.named_parameters())
    heads = _number(text, "num_attention_heads", 1)
    hidden = _number(text, "hidden_size", 1)
    experts = _number(text, "num_local_experts", 0) or _number(text, "n_routed_experts", 0)
    return ModelFacts(
        architecture=type(model).__name__,
        kind=str(values["model_type"]),
        positions=positions_of(values, str(values["model_type"])),
        tensors=tensors,
        layers=_number(text, "num_hidden_layers", 1),
        hidden=hidden,
        heads=heads,
        kv_heads=_number(text, "num_key_value_heads", heads),
        head_dim=_number(text, "head_dim", max(1, hidden // heads)),
        intermediate=_number(text, "intermediate_size", 4 * hidden),
        vocabulary=_number(text, "vocab_size", 1),
        context=_number(text, "max_position_embeddings", 2048),
        tied=bool(getattr(text, "tie_word_embeddings", False)),
        dtype=number_format(values),
        source=source,
        sdpa=type(model)._supports_sdpa,
        reads_ahead=reads_ahead(str(values["model_type"]), values),
        packs=False,  # nobody has looked whether it keeps rows of one sequence apart
        gated=any("gate" in tensor.name for tensor in tensors),
        experts=experts,
        active_experts=_number(text, "num_experts_per_tok", 0) if experts else 0,
        expert_width=_number(text, "moe_intermediate_size", 0) if experts else 0,
        stored_quantization=stored_quantization(values),
    )


def _number(config: Any, name: str, default: int) -> int:
    value = getattr(config, name, None)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[-1].strip()[:200]
