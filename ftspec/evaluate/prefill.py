"""Prompts of one batch read into one key-value cache: those of like length together, so that little is padding.

Reading is most of the work where prompts are long and answers short, and costs what it computes; writing costs mostly
what stands between two tokens, and is cheapest with all rows at once. So prompts are read in groups and written for
together: the caches of the groups are padded on the left, where attention is masked, and joined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ftspec.evaluate.forward import Caller

if TYPE_CHECKING:
    from torch import Tensor

_CLOSE = 0.85
"""The shortest row of a group, as a share of its longest."""

_LEAST: Mapping[str, int] = {"cpu": 256}
_LEAST_ELSEWHERE = 4096
"""Tokens of a group, so that computing it takes longer than calling the model does."""


@dataclass(slots=True)
class Reading:
    """What a model has read of some rows, and may go on from."""

    logits: Tensor
    """Of each row's next token: (rows, vocabulary)."""

    cache: Any
    mask: Tensor
    """What is no padding: (rows, width)."""

    positions: Tensor
    """Of each row's last token: (rows, 1)."""

    @property
    def narrows(self) -> bool:
        """Whether rows can be taken out of the cache."""
        return _is_plain(self.cache)

    def narrow(self, rows: Tensor) -> None:
        """Keep these rows alone."""
        self.cache.batch_select_indices(rows)
        self.logits, self.mask, self.positions = self.logits[rows], self.mask[rows], self.positions[rows]


def prefill(caller: Caller, prompts: Sequence[Sequence[int]]) -> Reading:
    """The prompts, longest first, read into one cache."""
    least = _LEAST.get(caller.subject.device.type, _LEAST_ELSEWHERE)
    cuts = grouped([len(prompt) for prompt in prompts], least)
    first, *rest = [prompts[start:end] for start, end in pairwise(cuts)]
    reading = _read(caller, first)
    if rest and not _is_plain(reading.cache):
        return _read(caller, prompts)
    return _joined([reading, *(_read(caller, group) for group in rest)])


def grouped(lengths: Sequence[int], least: int) -> list[int]:
    """Where groups of rows begin, and where the last one ends.

    Args:
        lengths: Tokens of each row, longest first.
        least: Tokens that a group has, padding included, before another one begins.
    """
    cuts = [0]
    for place, length in enumerate(lengths):
        widest = lengths[cuts[-1]]
        if length < _CLOSE * widest and widest * (place - cuts[-1]) >= least:
            cuts.append(place)
    return [*cuts, len(lengths)]


def _read(caller: Caller, prompts: Sequence[Sequence[int]]) -> Reading:
    padded = caller.pad(prompts)
    output = caller(padded.ids, padded.mask, padded.positions, 1, use_cache=True)
    return Reading(output.logits[:, -1], output.past_key_values, padded.mask, padded.positions[:, -1:])


def _is_plain(cache: Any) -> bool:
    """Whether a cache holds the keys and values of each row's last tokens and nothing else."""
    from transformers.cache_utils import DynamicCache, DynamicLayer, DynamicSlidingWindowLayer

    plain = (DynamicLayer, DynamicSlidingWindowLayer)
    return type(cache) is DynamicCache and all(type(layer) in plain for layer in cache.layers)


def _joined(readings: Sequence[Reading]) -> Reading:
    """One reading of all rows, in the width of the first, which is the widest."""
    import torch

    if len(readings) == 1:
        return readings[0]
    cache = readings[0].cache
    for layers in zip(*(reading.cache.layers for reading in readings), strict=True):
        # Layers that share the keys of others hold none themselves.
        if layers[0].is_initialized:
            layers[0].keys = _stacked([layer.keys for layer in layers])
            layers[0].values = _stacked([layer.values for layer in layers])
        for layer in layers[1:]:
            layer.reset()  # frees the group's own, so that no more than one layer is held twice
    logits, positions = (torch.cat([getattr(each, name) for each in readings]) for name in ("logits", "positions"))
    mask = _stacked([reading.mask[:, :, None] for reading in readings])[:, :, 0]
    return Reading(logits, cache, mask, positions)


def _stacked(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors of shape (rows, …, tokens, values), padded with zeros before the first token and put under each other."""
    import torch

    width = tensors[0].shape[-2]
    return torch.cat([torch.nn.functional.pad(each, (0, 0, width - each.shape[-2], 0)) for each in tensors])
