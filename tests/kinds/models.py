"""Tiny models of several families, on the meta device or with weights, and the facts of each."""

from __future__ import annotations

from typing import Any

from ftspec.plan.facts import ModelFacts, Tensor

SMALL: dict[str, dict[str, Any]] = {
    "llama": {"tie_word_embeddings": True},
    "mistral": {},
    "qwen2": {},
    "qwen3": {"head_dim": 8},
    "phi3": {"pad_token_id": 0, "num_key_value_heads": 4},
    "gemma2": {"head_dim": 8},
    "gpt2": {},
    "gpt_neox": {},
    "falcon": {"new_decoder_architecture": True},
    "opt": {"ffn_dim": 48, "word_embed_proj_dim": 32},
    "mixtral": {"num_local_experts": 2},
}
"""What each family needs beside the common sizes."""

_COMMON = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 64,
    "intermediate_size": 48,
}


def meta_model(kind: str) -> Any:
    """A two-layer model of a family, without memory."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.for_model(kind, **(_COMMON | SMALL[kind]))
    with torch.device("meta"):
        return AutoModelForCausalLM.from_config(config)


def facts_of(model: Any) -> ModelFacts:
    """The facts as the model itself tells them."""
    config = model.config
    heads = config.num_attention_heads
    return ModelFacts(
        architecture=type(model).__name__,
        kind=config.model_type,
        tensors=tuple(Tensor(name=n, shape=tuple(p.shape)) for n, p in model.named_parameters()),
        layers=config.num_hidden_layers,
        hidden=config.hidden_size,
        heads=heads,
        kv_heads=getattr(config, "num_key_value_heads", None) or heads,
        head_dim=config.hidden_size // heads,
        intermediate=getattr(config, "intermediate_size", None) or 4 * config.hidden_size,
        vocabulary=config.vocab_size,
        context=128,
        tied=bool(config.tie_word_embeddings),
    )


def trainable(model: Any) -> int:
    """How many parameters of a model train."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
