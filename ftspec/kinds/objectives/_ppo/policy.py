"""A language model read as a policy: how likely it finds an answer, and what its value head expects."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ftspec.kinds.objectives._sampling import accepted, positions_of

if TYPE_CHECKING:
    from torch import Tensor

HEAD = "value_head"
"""The name under which a policy keeps its value head while it trains."""

Reference = Callable[[], AbstractContextManager[Any]]
"""Gives the model that the policy may not stray far from."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model says of answers, each of shape (answers, tokens)."""

    logprobs: Tensor
    entropy: Tensor
    values: Tensor | None
    """What the value head expects before each token; None for a model without one."""


def add_value_head(model: Any) -> None:
    """Put a linear value head on the last hidden state. It starts at 0: nothing is expected of any answer."""
    from torch import nn

    head = nn.Linear(model.config.get_text_config().hidden_size, 1)
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    model.add_module(HEAD, head.to(model.device))


def reference_of(model: Any, switches: bool) -> Reference:
    """The model as it is now: its adapter switched off where that gives it back, else a frozen copy."""
    if switches:

        @contextmanager
        def switched_off() -> Iterator[Any]:
            with model.disable_adapter():
                yield model

        return switched_off
    frozen = copy.deepcopy(model).eval().requires_grad_(False)

    @contextmanager
    def kept() -> Iterator[Any]:
        yield frozen

    return kept


def read(model: Any, ids: Tensor, mask: Tensor, width: int, temperature: float, with_values: bool = True) -> Reading:
    """How likely answers are at a temperature.

    Args:
        model: The policy, or its reference.
        ids: Prompts, padded on the left, with their answers, of shape (answers, prompt + answer).
        mask: Which of them are tokens.
        width: The columns of the answers, at the end.
        temperature: What the answers were drawn at.
        with_values: Whether the value head is asked.
    """
    import torch

    known = accepted(model)
    more = {"position_ids": positions_of(mask), "logits_to_keep": width + 1}
    more = {name: value for name, value in more.items() if name in known}
    output = model(input_ids=ids, attention_mask=mask, use_cache=False, output_hidden_states=with_values, **more)
    # The logits of a token stand one place before it.
    scaled = output.logits[:, -width - 1 : -1].float() / temperature
    logarithms = scaled.log_softmax(-1)
    logprobs = logarithms.gather(-1, ids[:, -width:, None])[..., 0]
    with torch.no_grad():
        entropy = -(logarithms.exp() * logarithms).sum(-1)
    values = None
    if with_values:
        head = getattr(model, HEAD)
        values = head(output.hidden_states[-1][:, -width - 1 : -1].float())[..., 0]
    return Reading(logprobs, entropy, values)
