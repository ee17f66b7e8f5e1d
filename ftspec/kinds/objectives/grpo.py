"""`grpo(...)`: group relative policy optimization (Shao et al. 2024, arXiv:2402.03300)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from ftspec.kinds.objectives import Job
from ftspec.kinds.objectives._groups import Grouped, group_trainer

if TYPE_CHECKING:
    from transformers import Trainer


class Grpo(Grouped):
    """Learns from several answers to each prompt: better than the group's mean is rewarded, worse is not.

    There is no value head; by default, as in TRL, there is no reference either (`kl = 0`).
    """

    valid: ClassVar[tuple[str, ...]] = (
        "grpo(rewards = [judge])",
        'grpo(rewards = [judge, matches(pattern = "^Thank")], weights = [1, 0.5], generations = 4)',
        "grpo(rewards = [exact_match()], kl = 0.04, loss = dr_grpo, scale_rewards = none)",
    )
    invalid: ClassVar[tuple[str, ...]] = (
        "grpo()",
        "grpo(rewards = [])",
        "grpo(rewards = [exact_match()], generations = 1)",
        "grpo(rewards = [exact_match()], weights = [1, 2])",
    )

    loss: Literal["grpo", "dapo", "dr_grpo", "bnpo"] = "dapo"
    """How tokens of long and short answers are weighed; TRL's `loss_type`."""

    scale_rewards: Literal["group", "batch", "none"] = "group"
    """By whose spread advantages are divided."""

    def trainer(self, job: Job) -> Trainer:
        """TRL's `GRPOTrainer`."""
        from trl import GRPOConfig, GRPOTrainer

        return group_trainer(GRPOTrainer, GRPOConfig, self, job, loss_type=self.loss, scale_rewards=self.scale_rewards)
