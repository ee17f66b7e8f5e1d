"""`win_rate(prompts.test, over = imitation, judge = judge)`: how often one model's answer beats another's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from ftspec.kinds.metrics import Duel, Metric, Need, NotComputable
from ftspec.kinds.metrics._means import mean, some
from ftspec.spec.types import To

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class WinRate(Metric):
    """The share of prompts for which a reward model gives the model's answer more than the other model's.

    A tie is half a win, so that a model against itself has 50 %. A reward model scores each answer by itself: there is
    no position that could favour one of the two.
    """

    direction = "higher"
    ratio = True
    need = Need.DUELS
    valid = ("win_rate(prompts.test, of = policy, over = imitation, judge = judge)",)
    invalid = ("win_rate(prompts.test)", "win_rate(prompts.test, judge = judge)")

    over: Annotated[str, To("train")]
    """The train whose model is the opponent."""

    judge: Annotated[str, To("train")]
    """The train whose result is the reward model."""

    def settings(self) -> dict[str, Any]:
        """Opponent and judge."""
        return {"over": self.over, "judge": self.judge}

    def stages(self) -> tuple[str, ...]:
        """Opponent and judge."""
        return (self.over, self.judge)

    def columns(self, observations: Sequence[Duel]) -> Columns:
        """`win`: 1, 0, or ½ for a tie."""
        import numpy as np

        rewards = np.array([(duel.reward, duel.reward_over) for duel in some(observations)], dtype=float)
        if not np.isfinite(rewards).all():
            raise NotComputable("a reward is not a finite number")
        return {"win": (np.sign(rewards[:, 0] - rewards[:, 1]) + 1) / 2}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean of `win`."""
        return mean(columns["win"], weights)
