"""Attention of rows that lie in one sequence: each row by itself, rather than all under one block-diagonal mask.

transformers keeps packed rows apart by a mask over the whole sequence, so work and memory grow with the square of all
tokens. PyTorch's causal kernels need no mask when they are called row by row: the same sums, without the empty blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

NAME = "sdpa_by_row"
BOUNDS = "cu_seq_lens_q"
"""Where each row begins, and where the last one ends: the keyword that TRL's collator and flash attention know."""

_TRIED = 16
"""Tokens on which it is tried whether rows stay apart."""

_ROUNDING = 0.1
"""What half precision may move a logit, in standard deviations of all; a row that reads another moves by more."""


def attend_by_row(model: PreTrainedModel, longest: int) -> bool:
    """Let a model that uses SDPA attend row by row. False, and nothing changed, where that would not be the same.

    Args:
        model: The model, before any adapter.
        longest: Tokens of the longest row: a sliding window at least as long does not matter.
    """
    config = model.config.get_text_config()
    window = getattr(config, "sliding_window", None) or longest
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    known = kinds <= {"full_attention", "sliding_attention"}
    if config._attn_implementation != "sdpa" or not known or window < longest:
        return False
    _register()
    model.set_attn_implementation(NAME)
    if not keeps_apart(model):
        model.set_attn_implementation("sdpa")
        return False
    return True


def keeps_apart(model: PreTrainedModel) -> bool:
    """Whether two rows in one sequence give what each gives alone.

    Not every model hands the bounds down to its attention, and without them the second row would read the first.
    """
    import torch

    ids = torch.arange(_TRIED, device=model.device)[None] % model.config.get_text_config().vocab_size
    rows = ids.split(_TRIED // 2, dim=1)
    positions = torch.cat([torch.arange(row.shape[1], device=model.device)[None] for row in rows], dim=1)
    bounds = torch.tensor([0, _TRIED // 2, _TRIED], dtype=torch.int32)
    was_training = model.training
    model.eval()
    with torch.no_grad(), _in_its_format(model):
        together = model(input_ids=ids, position_ids=positions, use_cache=False, **{BOUNDS: bounds}).logits
        alone = torch.cat([model(input_ids=row, use_cache=False).logits for row in rows], dim=1)
    model.train(was_training)
    return bool((together - alone).abs().max() <= _ROUNDING * alone.float().std())


def _in_its_format(model: PreTrainedModel) -> Any:
    """Autocast over weights of 16 bits, as in training: not every adapter of PEFT gives back the format it gets."""
    from contextlib import nullcontext

    import torch

    half = {parameter.dtype for parameter in model.parameters()} & {torch.bfloat16, torch.float16}
    return torch.autocast(model.device.type, half.pop()) if half else nullcontext()


def _register() -> None:
    from transformers import AttentionInterface, AttentionMaskInterface

    AttentionInterface.register(NAME, rows_attention)
    AttentionMaskInterface.register(NAME, _mask)


def _mask(*args: Any, attention_mask: Any = None, **given: Any) -> Any:
    """No mask for rows in one sequence, which come without one; SDPA's own for padded batches."""
    from transformers.masking_utils import sdpa_mask

    return None if attention_mask is None else sdpa_mask(*args, attention_mask=attention_mask, **given)


def rows_attention(
    module: Any, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None, **given: Any
) -> tuple[Tensor, None]:
    """Causal attention within each row.

    Args:
        module: The attention module.
        query: (1, heads, tokens, head size).
        key: (1, key heads, tokens, head size).
        value: As `key`.
        attention_mask: Of a padded batch.
        given: Bounds of the rows under `cu_seq_lens_q`, shape (rows + 1,); without them the batch is one as usual.

    Returns:
        (1, tokens, heads, head size), and no weights.
    """
    import torch
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    bounds = given.get(BOUNDS)
    if bounds is None or attention_mask is not None:
        done: tuple[Tensor, None] = sdpa_attention_forward(module, query, key, value, attention_mask, **given)
        return done
    format, lengths = query.dtype, bounds.diff().tolist()
    with _in_fp32(query.device.type):
        if query.device.type == "cpu":
            query, key, value = query.float(), key.float(), value.float()
        split = zip(*(torch.split(each, lengths, dim=2) for each in (query, key, value)), strict=True)
        parts = [sdpa_attention_forward(module, q, k, v, None, **given)[0] for q, k, v in split]
    return torch.cat(parts, dim=1).to(format), None


def _in_fp32(device: str) -> Any:
    """No autocast on processors: their 16-bit kernels are compiled for each length of a row, and kept."""
    from contextlib import nullcontext

    import torch

    return torch.autocast(device, enabled=False) if device == "cpu" else nullcontext()
