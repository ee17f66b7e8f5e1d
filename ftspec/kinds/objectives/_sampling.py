"""Answers drawn from a causal language model, many prompts at a time, with a key-value cache."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Generator, Tensor


@dataclass(frozen=True, slots=True)
class Prompts:
    """Prompts padded on the left: `ids` and `mask` of shape (prompts, width)."""

    ids: Tensor
    mask: Tensor


@dataclass(frozen=True, slots=True)
class Drawn:
    """One answer to each prompt: `ids` and `mask` of shape (prompts, longest answer), end tokens included."""

    ids: Tensor
    mask: Tensor
    finished: Tensor
    """Of shape (prompts,): whether the model ended the answer itself."""

    def rows(self) -> list[list[int]]:
        """The ids of each answer, without the end token."""
        lengths = (self.mask.sum(1) - self.finished.long()).tolist()
        return [row[:length] for row, length in zip(self.ids.tolist(), lengths, strict=True)]

    def after(self, prompts: Prompts) -> tuple[Tensor, Tensor]:
        """Prompts with their answers, and which of these are tokens, each of shape (prompts, prompt + answer)."""
        import torch

        mask = torch.cat((prompts.mask, self.mask.to(prompts.mask)), 1)
        return torch.cat((prompts.ids, self.ids), 1), mask


def padded(prompts: Sequence[Sequence[int]], pad: int, device: Any) -> Prompts:
    """The prompts as tensors on a device."""
    import torch

    width = max(map(len, prompts))
    ids = torch.tensor([[pad] * (width - len(row)) + list(row) for row in prompts], device=device)
    mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in prompts], device=device)
    return Prompts(ids, mask)


def positions_of(mask: Tensor) -> Tensor:
    """Position ids that count each row's tokens from 0."""
    return (mask.long().cumsum(1) - 1).clamp(min=0)


def draw(
    model: Any,
    prompts: Prompts,
    *,
    max_new_tokens: int,
    ends: Collection[int],
    pad: int,
    temperature: float,
    generator: Generator,
    top_p: float = 1.0,
) -> Drawn:
    """An answer to each prompt, token by token; a temperature of 0 takes the likeliest token each time.

    The same model, prompts and generator state give the same answers. An adapter that puts virtual tokens before each
    row would put them before each new token too, and padding would go through a state that is carried from token to
    token: answers of such models are drawn without a cache, for prompts of one length.
    """
    import torch

    stops = torch.tensor(sorted(ends), device=prompts.ids.device)
    known, whole = accepted(model), reads_whole(model)
    assert not whole or prompts.mask.all(), "virtual tokens and states allow no padding"
    ids, mask, given = prompts.ids, prompts.mask, prompts.ids
    is_open = torch.ones(len(ids), dtype=torch.bool, device=ids.device)
    cache, drawn, alive = None, [], []
    with torch.inference_mode():
        for _ in range(max_new_tokens):
            more: dict[str, Any] = {"logits_to_keep": 1, "past_key_values": cache}
            if not learns_prompts(model):  # PEFT counts the positions behind virtual tokens itself
                more["position_ids"] = positions_of(mask)[:, -given.shape[1] :]
            more = {name: value for name, value in more.items() if name in known}
            output = model(input_ids=given, attention_mask=mask, use_cache=not whole, **more)
            cache = None if whole else output.past_key_values
            token = _pick(output.logits[:, -1].float(), temperature, top_p, generator).where(is_open, pad)
            drawn.append(token)
            alive.append(is_open)
            is_open = is_open & ~torch.isin(token, stops)
            if not is_open.any():
                break
            given = torch.cat((given, token[:, None]), 1) if whole else token[:, None]
            mask = torch.cat((mask, alive[-1][:, None].to(mask)), 1)
    # Clones outside of inference mode may take part in training.
    return Drawn(torch.stack(drawn, 1).clone(), torch.stack(alive, 1).clone(), ~is_open)


def _pick(logits: Tensor, temperature: float, top_p: float, generator: Generator) -> Tensor:
    """One token for each row of logits (rows, vocabulary)."""
    import torch

    if temperature == 0:
        return logits.argmax(-1)
    chances = (logits / temperature).softmax(-1)
    if top_p < 1:
        ordered, places = chances.sort(-1, descending=True)
        ordered = ordered.masked_fill(ordered.cumsum(-1) - ordered >= top_p, 0)
        chances = torch.zeros_like(chances).scatter(-1, places, ordered)
    return torch.multinomial(chances, 1, generator=generator)[:, 0]


def learns_prompts(model: Any) -> bool:
    """Whether an adapter puts virtual tokens before each row."""
    config = getattr(model, "active_peft_config", None)
    return config is not None and bool(config.is_prompt_learning)


def reads_whole(model: Any) -> bool:
    """Whether the model reads every row from its beginning, without padding: virtual tokens, or a state (Mamba)."""
    return learns_prompts(model) or bool(getattr(_below(model), "_is_stateful", False))


@contextmanager
def evaluating(model: Any) -> Iterator[None]:
    """Without dropout, and afterwards as it was."""
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)


def known_to(model: Any, **given: Any) -> dict[str, Any]:
    """Those of some keyword arguments that a model's forward method knows."""
    known = accepted(model)
    return {name: value for name, value in given.items() if name in known}


def seeded(device: Any, *parts: object) -> Generator:
    """A generator that follows from a seed and what is drawn with it, and from nothing that was drawn before."""
    import torch

    digest = sha256("/".join(map(str, parts)).encode()).digest()[:7]
    return torch.Generator(device).manual_seed(int.from_bytes(digest, "big"))


def accepted(model: Any) -> frozenset[str]:
    """The keyword arguments that a model's forward method, below any adapter, knows."""
    return frozenset(inspect.signature(_below(model).forward).parameters)


def _below(model: Any) -> Any:
    """The model below any adapter."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model
