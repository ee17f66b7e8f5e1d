"""Experience: answers that the policy drew, with what they were worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ftspec.kinds.objectives._ppo.estimate import generalized_advantages, token_rewards, whitened
from ftspec.kinds.objectives._ppo.policy import Reading, Reference, read
from ftspec.kinds.objectives._rewards import Said
from ftspec.kinds.objectives._sampling import draw, padded

if TYPE_CHECKING:
    from torch import Generator, Tensor

    from ftspec.kinds.objectives._rewards import Score
    from ftspec.kinds.objectives.ppo import Ppo


@dataclass(frozen=True, slots=True)
class Rollout:
    """Answers with all that learning from them needs; of shape (answers, tokens) but for the first two."""

    ids: Tensor
    """Prompts, padded on the left, and answers: (answers, prompt + answer)."""

    attended: Tensor
    """Which of them are tokens."""

    mask: Tensor
    """Which places of the answers hold tokens."""

    logprobs: Tensor
    values: Tensor
    advantages: Tensor
    returns: Tensor

    def tensors(self) -> dict[str, Tensor]:
        """The tensors by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def of(self, rows: Sequence[int]) -> dict[str, Tensor]:
        """Some of the answers."""
        return {name: tensor[list(rows)] for name, tensor in self.tensors().items()}


@dataclass(frozen=True)
class Sampler:
    """How experience is gathered."""

    ppo: Ppo
    reference: Reference
    score: Score
    ends: frozenset[int]
    pad: int
    max_batch: int
    """Answers that are read at once."""

    def gather(
        self, model: Any, prompts: Sequence[Sequence[int]], expected: Sequence[Sequence[int]], generator: Generator
    ) -> tuple[Rollout, dict[str, float]]:
        """Answers to the prompts, and the figures of the record: reward, KL (nats an answer), entropy, tokens."""
        import torch

        asked = padded(prompts, self.pad, model.device)
        drawn = draw(
            model,
            asked,
            max_new_tokens=self.ppo.max_new_tokens,
            ends=self.ends,
            pad=self.pad,
            temperature=self.ppo.temperature,
            generator=generator,
        )
        ids, attended = torch.cat((asked.ids, drawn.ids), 1), torch.cat((asked.mask, drawn.mask.to(asked.mask)), 1)
        score = self._scores(prompts, expected, drawn.rows(), drawn.finished).to(ids.device)
        mask = drawn.mask.float()
        with torch.no_grad():
            policy = self._read(model, ids, attended, mask.shape[1], True)
            with self.reference() as reference:
                held = self._read(reference, ids, attended, mask.shape[1], False)
        assert policy.values is not None
        kl = (policy.logprobs - held.logprobs) * mask
        rewards = token_rewards(score, kl, mask, self.ppo.kl)
        advantages, returns = generalized_advantages(rewards, policy.values, mask, self.ppo.gamma, self.ppo.lam)
        figures = {
            "reward": float(score.mean()),
            "kl": float(kl.sum(1).mean()),
            "entropy": float((policy.entropy * mask).sum() / mask.sum()),
            "answer_tokens": float(mask.sum(1).mean()),
        }
        values = policy.values * mask
        whole = Rollout(ids, attended, mask, policy.logprobs, values, whitened(advantages, mask), returns)
        return whole, figures

    def _scores(self, prompts: Any, expected: Any, answers: Any, finished: Tensor) -> Tensor:
        import torch

        rows = zip(prompts, answers, expected, finished.tolist(), strict=True)
        said = [Said(tuple(p), tuple(a), tuple(e), ended) for p, a, e, ended in rows]
        scores = torch.tensor(self.score(said), dtype=torch.float32)
        return scores - self.ppo.missing_eos_penalty * (~finished).to(scores)

    def _read(self, model: Any, ids: Tensor, attended: Tensor, width: int, with_values: bool) -> Reading:
        import torch

        chunks = zip(torch.split(ids, self.max_batch), torch.split(attended, self.max_batch), strict=True)
        parts = [read(model, each, seen, width, self.ppo.temperature, with_values) for each, seen in chunks]
        values = torch.cat([part.values for part in parts if part.values is not None]) if with_values else None
        return Reading(torch.cat([p.logprobs for p in parts]), torch.cat([p.entropy for p in parts]), values)
