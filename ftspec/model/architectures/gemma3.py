"""Gemma 3 from 4B: the language model with SigLIP's vision transformer before it (Zhai et al. 2023)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftspec.model.architectures import gemma3_text
from ftspec.model.architectures._config import Config
from ftspec.model.architectures._parts import (
    Architecture,
    Tensors,
    linear,
    matrix,
    norm,
    repeated,
    under,
    vector,
)
from ftspec.plan.facts import Tensor

_VISION: Mapping[str, Any] = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "num_channels": 3,
    "image_size": 224,
    "patch_size": 16,
    "vision_use_head": True,
}


def body(config: Config) -> Tensors:
    """Vision tower, projector, language model."""
    vision = config.section("vision_config", _VISION)
    text = config.section("text_config", gemma3_text.ARCHITECTURE.defaults, gemma3_text.ARCHITECTURE.aliases)
    yield from under("vision_tower", _vision(vision))
    yield Tensor.model_construct(
        name="multi_modal_projector.mm_input_projection_weight", shape=(vision.hidden, text.hidden)
    )
    yield from norm("multi_modal_projector.mm_soft_emb_norm", vision.hidden)
    yield from under("language_model", gemma3_text.body(text))


def _vision(config: Config) -> Tensors:
    side, width = config.size("patch_size"), config.hidden
    patches = (config.size("image_size") // side) ** 2
    shape = (width, config.size("num_channels"), side, side)
    yield Tensor.model_construct(name="embeddings.patch_embedding.weight", shape=shape)
    yield from vector("embeddings.patch_embedding.bias", width)
    yield from matrix("embeddings.position_embedding", patches, width)
    yield from repeated("encoder.layers", config.layers, lambda _: _layer(config))
    yield from norm("post_layernorm", width, bias=True)
    if config.flag("vision_use_head"):
        yield from under("head", _pooling_head(config))


def _layer(config: Config) -> Tensors:
    for name in ("k_proj", "v_proj", "q_proj", "out_proj"):
        yield from linear(f"self_attn.{name}", config.hidden, config.hidden, bias=True)
    yield from norm("layer_norm1", config.hidden, bias=True)
    yield from norm("layer_norm2", config.hidden, bias=True)
    yield from _mlp(config)


def _mlp(config: Config) -> Tensors:
    yield from linear("mlp.fc1", config.hidden, config.intermediate, bias=True)
    yield from linear("mlp.fc2", config.intermediate, config.hidden, bias=True)


def _pooling_head(config: Config) -> Tensors:
    """`torch.nn.MultiheadAttention` with one learned query."""
    yield Tensor.model_construct(name="probe", shape=(1, 1, config.hidden))
    yield Tensor.model_construct(name="attention.in_proj_weight", shape=(3 * config.hidden, config.hidden))
    yield from vector("attention.in_proj_bias", 3 * config.hidden)
    yield from linear("attention.out_proj", config.hidden, config.hidden, bias=True)
    yield from norm("layernorm", config.hidden, bias=True)
    yield from _mlp(config)


def _head(config: Config) -> Tensors:
    text = config.section("text_config", gemma3_text.ARCHITECTURE.defaults)
    if not config.get("tie_word_embeddings", text.tied):
        yield from matrix("lm_head", text.vocabulary, text.hidden)


ARCHITECTURE = Architecture(
    default="Gemma3ForConditionalGeneration",
    prefix="model",
    body=body,
    heads={"ForConditionalGeneration": _head},
    aliases=gemma3_text.ARCHITECTURE.aliases,
    defaults={key: value for key, value in gemma3_text.ARCHITECTURE.defaults.items() if key != "tie_word_embeddings"},
    text="text_config",
)
