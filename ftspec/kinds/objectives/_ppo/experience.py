"""Experience: answers that a policy with a value head drew, how likely they were, and what they were worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from ftspec.kinds.objectives._ppo.estimate import generalized_advantages, token_rewards, whitened
from ftspec.kinds.objectives._rewards import said_of
from ftspec.kinds.objectives._sampling import draw, known_to, padded, positions_of

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from ftspec.kinds.objectives._rewards import Score
    from ftspec.kinds.objectives.ppo import Ppo

HEAD = "value_head"
"""The name under which a policy keeps its value head while it trains."""

Ids = Sequence[Sequence[int]]
Rollout = dict[str, "Tensor"]
"""All that learning needs. `ids`, prompts padded on the left with their answers, and `attended`, which of them are
tokens: (answers, prompt + answer). `mask`, `logprobs`, `values`, `advantages`, `returns`: (answers, tokens). What the
record shows the means of, each (answers,): `reward`, `kl` in nats, `entropy` a token, `answer_tokens`."""
FIGURES = ("reward", "kl", "entropy", "answer_tokens")


class Reading(NamedTuple):
    """What a model says of answers, each of shape (answers, tokens)."""

    logprobs: Tensor
    entropy: Tensor
    values: Tensor
    """What the value head expects before each token; 0 for a model without one."""


def add_value_head(model: Any) -> None:
    """Put a linear value head on the last hidden state. It starts at 0: nothing is expected of any answer."""
    from torch import nn

    head = nn.Linear(model.config.get_text_config().hidden_size, 1)
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    model.add_module(HEAD, head.to(model.device))


def read(model: Any, ids: Tensor, attended: Tensor, width: int, temperature: float) -> Reading:
    """How likely the answers in the last `width` columns of a rollout's `ids` are at a temperature."""
    import torch

    head = getattr(model, HEAD, None)
    more = known_to(model, position_ids=positions_of(attended), logits_to_keep=width + 1)
    output = model(ids, attention_mask=attended, use_cache=False, output_hidden_states=head is not None, **more)
    # The logits of a token stand one place before it.
    logarithms = (output.logits[:, -width - 1 : -1].float() / temperature).log_softmax(-1)
    logprobs = logarithms.gather(-1, ids[:, -width:, None])[..., 0]
    with torch.no_grad():
        entropy = -(logarithms.exp() * logarithms).sum(-1)
    if head is None:
        return Reading(logprobs, entropy, torch.zeros_like(entropy))
    return Reading(logprobs, entropy, head(output.hidden_states[-1][:, -width - 1 : -1].float())[..., 0])


@dataclass(frozen=True)
class Sampler:
    """How experience is gathered; `max_batch` answers are read at once."""

    ppo: Ppo
    reference: Callable[[], AbstractContextManager[Any]]
    score: Score
    ends: frozenset[int]
    pad: int
    max_batch: int

    def gather(self, model: Any, prompts: Ids, expected: Ids, generator: Generator) -> Rollout:
        """Answers to the prompts, and what they teach."""
        import torch

        ppo, asked = self.ppo, padded(prompts, self.pad, model.device)
        limits: Any = {"max_new_tokens": ppo.max_new_tokens, "ends": self.ends, "pad": self.pad}
        drawn = draw(model, asked, temperature=ppo.temperature, generator=generator, **limits)
        ids, attended = drawn.after(asked)
        score = torch.tensor(self.score(said_of(prompts, drawn, expected)), device=ids.device)
        score = score - ppo.missing_eos_penalty * (~drawn.finished).to(score)
        mask = drawn.mask.float()
        with torch.no_grad(), self.reference() as reference:
            held = self._read(reference, ids, attended, mask.shape[1])
        with torch.no_grad():
            policy = self._read(model, ids, attended, mask.shape[1])
        kl, values = (policy.logprobs - held.logprobs) * mask, policy.values * mask
        rewards = token_rewards(score, kl, mask, ppo.kl)
        advantages, returns = generalized_advantages(rewards, values, mask, ppo.gamma, ppo.lam)
        known = {"ids": ids, "attended": attended, "mask": mask, "logprobs": policy.logprobs, "values": values}
        learned = {"advantages": whitened(advantages, mask), "returns": returns}
        tokens = mask.sum(1)
        entropy = (policy.entropy * mask).sum(1) / tokens
        return {**known, **learned, "reward": score, "kl": kl.sum(1), "entropy": entropy, "answer_tokens": tokens}

    def _read(self, model: Any, ids: Tensor, attended: Tensor, width: int) -> Reading:
        import torch

        chunks = zip(torch.split(ids, self.max_batch), torch.split(attended, self.max_batch), strict=True)
        parts = [read(model, each, seen, width, self.ppo.temperature) for each, seen in chunks]
        return Reading(*(torch.cat(column) for column in zip(*parts, strict=True)))
