"""Shifted sparse attention (Chen et al. 2023, arXiv:2309.12307, section 3.2), on PyTorch's causal kernels."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

NAME = "sdpa_in_groups"
_GROUP = "attention_group"
"""The name under which the model's config keeps the size of the groups while it trains."""


def known_heads(model: PreTrainedModel) -> bool:
    """Whether every layer attends to all that came before, through SDPA."""
    config = model.config.get_text_config()
    window = getattr(config, "sliding_window", None) if getattr(config, "use_sliding_window", True) else None
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    return config._attn_implementation == "sdpa" and kinds == {"full_attention"} and window is None


def attend_in_groups(model: PreTrainedModel, group: int) -> None:
    """Let the model attend in groups while it is in training mode."""
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import sdpa_mask

    AttentionInterface.register(NAME, _attention)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    model.set_attn_implementation(NAME)
    setattr(model.config.get_text_config(), _GROUP, group)


def _attention(
    module: Any, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None, **given: Any
) -> tuple[Tensor, None]:
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    if not module.training:
        done: tuple[Tensor, None] = sdpa_attention_forward(module, query, key, value, attention_mask, **given)
        return done
    return shifted_attention(module, query, key, value, getattr(module.config, _GROUP), **given), None


def shifted_attention(module: Any, query: Tensor, key: Tensor, value: Tensor, group: int, **given: Any) -> Tensor:
    """Causal attention within groups, which begin half a group later for the second half of the heads.

    Rows are padded on the right, and nothing attends to what comes after it, so padding needs no mask.

    Args:
        module: The attention module.
        query: (rows, heads, tokens, head size).
        key: (rows, key heads, tokens, head size).
        value: As `key`.
        group: Tokens of a group.
        given: Of the attention: `scaling`, `dropout`.

    Returns:
        (rows, tokens, heads, head size).
    """
    import torch

    tokens = query.shape[2]
    halves = zip(*(torch.chunk(each, 2, dim=1) for each in (query, key, value)), strict=True)
    made = [
        _in_groups(module, half, _sizes(tokens, group, first), given)
        for half, first in zip(halves, (group, group // 2), strict=True)
    ]
    return torch.cat(made, dim=2)


def _in_groups(module: Any, half: tuple[Tensor, ...], sizes: list[int], given: dict[str, Any]) -> Tensor:
    import torch
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    groups = zip(*(torch.split(each, sizes, dim=2) for each in half), strict=True)
    return torch.cat([sdpa_attention_forward(module, q, k, v, None, **given)[0] for q, k, v in groups], dim=1)


def _sizes(tokens: int, group: int, first: int) -> list[int]:
    """How a row is divided: `first` tokens, then whole groups, then what is left."""
    starts = [0, *range(first, tokens, group), tokens]
    return [end - start for start, end in pairwise(starts) if end > start]
