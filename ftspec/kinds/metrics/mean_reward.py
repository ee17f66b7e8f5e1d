"""`mean_reward(prompts.test, judge = judge)`: what a judge gives for the model's answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from ftspec.kinds.metrics import Metric, Need, NotComputable, Reward
from ftspec.kinds.metrics._means import mean, some
from ftspec.spec.types import To

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class MeanReward(Metric):
    """The mean reward of the model's greedy answers, by a reward model that the spec trained."""

    direction = "higher"
    need = Need.REWARDS
    mean_of = "items"
    valid = ("mean_reward(prompts.test, judge = judge)", "mean_reward(prompts.test, of = policy, judge = judge)")
    invalid = ("mean_reward(prompts.test)", "mean_reward(judge = judge)")

    judge: Annotated[str, To("train")]
    """The train whose result is the reward model."""

    def settings(self) -> dict[str, Any]:
        """Who judges."""
        return {"judge": self.judge}

    def stages(self) -> tuple[str, ...]:
        """The judge."""
        return (self.judge,)

    def columns(self, observations: Sequence[Reward]) -> Columns:
        """`reward` of each answer."""
        import numpy as np

        rewards = np.array([each.reward for each in some(observations)], dtype=float)
        if not np.isfinite(rewards).all():
            raise NotComputable("a reward is not a finite number")
        return {"reward": rewards}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean."""
        return mean(columns["reward"], weights)
