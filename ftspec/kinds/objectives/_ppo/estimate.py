"""The formulas of PPO. All tensors have the shape (answers, tokens); `mask` is 1 where an answer has a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def token_rewards(score: Tensor, kl: Tensor, mask: Tensor, kl_coefficient: float) -> Tensor:
    """What each token earns: −β · log(π/π_ref), and at the last one the answer's score (Ouyang et al. 2022, eq. 2).

    `score` is what each whole answer is worth, of shape (answers,); `kl` is log π − log π_ref of each token, in nats.
    """
    import torch

    rewards = -kl_coefficient * kl * mask
    last = mask.long().sum(1) - 1
    rewards[torch.arange(len(rewards), device=rewards.device), last] += score
    return rewards


def generalized_advantages(
    rewards: Tensor, values: Tensor, mask: Tensor, discount: float, trace: float
) -> tuple[Tensor, Tensor]:
    """Aₜ = δₜ + γλ·Aₜ₊₁ with δₜ = rₜ + γ·Vₜ₊₁ − Vₜ (arXiv:1506.02438, eq. 16), and the returns A + V.

    `values` is what the value head expects before each token; `discount` is γ, `trace` is λ. Nothing follows an
    answer's last token: its value there is 0.
    """
    import torch

    values = values * mask
    advantages = torch.zeros_like(values)
    following, next_value = torch.zeros_like(values[:, 0]), torch.zeros_like(values[:, 0])
    for place in reversed(range(values.shape[1])):
        surprise = rewards[:, place] + discount * next_value - values[:, place]
        following = (surprise + discount * trace * following) * mask[:, place]
        advantages[:, place], next_value = following, values[:, place]
    return advantages, (advantages + values) * mask


def whitened(values: Tensor, mask: Tensor) -> Tensor:
    """Values shifted and scaled to mean 0 and variance 1 over the tokens of all answers; 0 elsewhere."""
    count = mask.sum().clamp(min=1)
    mean = (values * mask).sum() / count
    variance = (((values - mean) ** 2) * mask).sum() / (count - 1).clamp(min=1)
    return (values - mean) * (variance + 1e-8).rsqrt() * mask


def policy_loss(logprobs: Tensor, before: Tensor, advantages: Tensor, clip: float) -> Tensor:
    """The clipped surrogate of each token, −min(ρA, clip(ρ, 1−ε, 1+ε)·A) with ρ = π/π_before (1707.06347, eq. 7)."""
    import torch

    ratio = (logprobs - before).exp()
    return torch.maximum(-advantages * ratio, -advantages * ratio.clamp(1 - clip, 1 + clip))


def value_loss(values: Tensor, before: Tensor, returns: Tensor, clip: float) -> Tensor:
    """Half the squared error of each value, the larger of plain and clipped (Stiennon et al. 2020, appendix; TRL)."""
    import torch

    clipped = before + (values - before).clamp(-clip, clip)
    return 0.5 * torch.maximum((values - returns) ** 2, (clipped - returns) ** 2)
