"""Llama 4 with its eyes: a vision transformer, a projector, and the language model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftspec.model.architectures import llama4_text
from ftspec.model.architectures._config import Config
from ftspec.model.architectures._parts import (
    Architecture,
    Tensors,
    language_head,
    linear,
    norm,
    repeated,
    under,
    vector,
)
from ftspec.plan.facts import Tensor

_VISION: Mapping[str, Any] = {
    "hidden_size": 768,
    "intermediate_size": 5632,
    "num_hidden_layers": 34,
    "num_attention_heads": 16,
    "num_channels": 3,
    "image_size": 448,
    "patch_size": 14,
    "vision_output_dim": 7680,
    "projector_input_dim": 4096,
    "projector_output_dim": 4096,
}


def body(config: Config) -> Tensors:
    """Vision model, projector, language model with its head."""
    vision, text = config.section("vision_config", _VISION), config.section("text_config", llama4_text.DEFAULTS)
    yield from under("vision_model", _vision(vision))
    yield from linear("multi_modal_projector.linear_1", vision.size("vision_output_dim"), text.hidden)
    yield from under("language_model.model", llama4_text.body(text))
    yield from under("language_model", language_head()(text))


def _vision(config: Config) -> Tensors:
    patches = (config.size("image_size") // config.size("patch_size")) ** 2
    pixels = config.size("num_channels") * config.size("patch_size") ** 2
    yield from vector("class_embedding", config.hidden)
    yield Tensor.model_construct(name="positional_embedding_vlm", shape=(patches + 1, config.hidden))
    yield from linear("patch_embedding.linear", pixels, config.hidden)
    yield from norm("layernorm_pre", config.hidden, bias=True)
    yield from norm("layernorm_post", config.hidden, bias=True)
    yield from repeated("model.layers", config.layers, lambda _: _layer(config))
    yield from linear("vision_adapter.mlp.fc1", config.intermediate, config.size("projector_input_dim"))
    yield from linear(
        "vision_adapter.mlp.fc2", config.size("projector_output_dim"), config.size("projector_output_dim")
    )


def _layer(config: Config) -> Tensors:
    for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
        yield from linear(f"self_attn.{name}", config.hidden, config.hidden, bias=True)
    yield from linear("mlp.fc1", config.hidden, config.intermediate, bias=True)
    yield from linear("mlp.fc2", config.intermediate, config.hidden, bias=True)
    yield from norm("input_layernorm", config.hidden, bias=True)
    yield from norm("post_attention_layernorm", config.hidden, bias=True)


def _nothing_more(_: Config) -> Tensors:
    """The head sits inside the language model."""
    yield from ()


ARCHITECTURE = Architecture(
    default="Llama4ForConditionalGeneration",
    prefix="",
    body=body,
    heads={"ForConditionalGeneration": _nothing_more},
    defaults=llama4_text.DEFAULTS,
    text="text_config",
)
