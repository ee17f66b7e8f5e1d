"""PPO's formulas against numbers worked out by hand, and its reading and drawing against plain ones."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch")

from ftspec.kinds.objectives._ppo.estimate import (  # noqa: E402
    generalized_advantages,
    policy_loss,
    token_rewards,
    value_loss,
    whitened,
)


def test_advantages_by_hand() -> None:
    """Two answers of three and two tokens, γ = 0.9 and λ = 0.8.

    First: r = 1, 0, 2 and V = 0.5, 1, 1.5.
      δ₂ = 2 − 1.5 = 0.5; δ₁ = 0 + 0.9·1.5 − 1 = 0.35; δ₀ = 1 + 0.9·1 − 0.5 = 1.4
      A₂ = 0.5; A₁ = 0.35 + 0.72·0.5 = 0.71; A₀ = 1.4 + 0.72·0.71 = 1.9112
    Second: r = 0, 1 and V = 0.2, 0.4; its third place is empty, whatever stands there.
      δ₁ = 1 − 0.4 = 0.6; δ₀ = 0.9·0.4 − 0.2 = 0.16; A₁ = 0.6; A₀ = 0.16 + 0.72·0.6 = 0.592
    """
    rewards = torch.tensor([[1.0, 0.0, 2.0], [0.0, 1.0, 0.0]])
    values = torch.tensor([[0.5, 1.0, 1.5], [0.2, 0.4, 99.0]])
    mask = torch.tensor([[1.0, 1.0, 1.0], [1.0, 1.0, 0.0]])
    advantages, returns = generalized_advantages(rewards, values, mask, 0.9, 0.8)
    assert torch.allclose(advantages, torch.tensor([[1.9112, 0.71, 0.5], [0.592, 0.6, 0.0]]), atol=1e-6)
    assert torch.allclose(returns, torch.tensor([[2.4112, 1.71, 2.0], [0.792, 1.0, 0.0]]), atol=1e-6)


def test_advantages_without_trace_are_surprises_and_with_full_trace_returns_less_values() -> None:
    rewards, values, mask = torch.randn(3, 5), torch.randn(3, 5), torch.ones(3, 5)
    surprise, _ = generalized_advantages(rewards, values, mask, 1.0, 0.0)
    assert torch.allclose(surprise[:, :-1], rewards[:, :-1] + values[:, 1:] - values[:, :-1], atol=1e-6)
    _, returns = generalized_advantages(rewards, values, mask, 1.0, 1.0)
    assert torch.allclose(returns, rewards.flip(1).cumsum(1).flip(1), atol=1e-5)


def test_policy_loss_by_hand() -> None:
    """ρ = 1.5, 0.5, 1.1 with ε = 0.2, for A = 2 and for A = −2.

    A = 2:  −min(3, 2.4) = −2.4; −min(1, 1.6) = −1; −min(2.2, 2.2) = −2.2
    A = −2: −min(−3, −2.4) = 3; −min(−1, −1.6) = 1.6; 2.2
    """
    before = torch.zeros(2, 3)
    now = torch.tensor([1.5, 0.5, 1.1]).log().expand(2, 3)
    advantages = torch.tensor([[2.0], [-2.0]]).expand(2, 3)
    expected = torch.tensor([[-2.4, -1.0, -2.2], [3.0, 1.6, 2.2]])
    assert torch.allclose(policy_loss(now, before, advantages, 0.2), expected, atol=1e-6)


def test_clipped_policy_has_no_gradient() -> None:
    now = torch.tensor([math.log(1.5), math.log(1.1)], requires_grad=True)
    policy_loss(now, torch.zeros(2), torch.ones(2), 0.2).sum().backward()
    assert now.grad.tolist() == pytest.approx([0.0, -1.1])


def test_value_loss_by_hand() -> None:
    """V = 1 from 0.5 with ε = 0.2 is clipped to 0.7; to a return of 1 that is ½·0.3² = 0.045, to 0 it is ½·1² = 0.5."""
    values, before = torch.tensor([1.0, 1.0]), torch.tensor([0.5, 0.5])
    assert value_loss(values, before, torch.tensor([1.0, 0.0]), 0.2).tolist() == pytest.approx([0.045, 0.5])


def test_score_stands_at_the_last_token() -> None:
    kl = torch.tensor([[0.1, 0.2, 0.3], [0.4, 9.0, 9.0]])
    mask = torch.tensor([[1.0, 1.0, 1.0], [1.0, 0.0, 0.0]])
    rewards = token_rewards(torch.tensor([2.0, -1.0]), kl, mask, 0.5)
    assert torch.allclose(rewards, torch.tensor([[-0.05, -0.1, 1.85], [-1.2, 0.0, 0.0]]))


def test_whitened_tokens_have_mean_zero_and_variance_one() -> None:
    mask = torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    found = whitened(torch.tensor([[3.0, 5.0, 100.0], [1.0, 2.0, 4.0]]), mask)
    kept = found[mask.bool()]
    assert kept.mean().item() == pytest.approx(0, abs=1e-6)
    assert kept.var().item() == pytest.approx(1, abs=1e-5)
    assert found[0, 2] == 0
