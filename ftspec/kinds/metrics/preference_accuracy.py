"""`preference_accuracy(choices.test, of = judge)`: how often the model prefers what people chose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import Metric, Need, NotComputable, Preference
from ftspec.kinds.metrics._means import mean, some

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class PreferenceAccuracy(Metric):
    """The share of pairs whose chosen answer scores higher than the rejected one; a tie counts as wrong.

    A reward model scores by its head (the accuracy that TRL's `RewardTrainer` reports), any other model by the
    log-likelihood of the answer's tokens.
    """

    direction = "higher"
    ratio = True
    need = Need.PREFERENCES
    proportion = True
    valid = ("preference_accuracy(choices.test, of = judge)", "preference_accuracy(choices.test)")
    invalid = ("preference_accuracy()", "preference_accuracy(choices.test, margin = 1)")

    def columns(self, observations: Sequence[Preference]) -> Columns:
        """`hit`: 1 where the chosen answer scores higher."""
        import numpy as np

        scores = np.array([(pair.chosen, pair.rejected) for pair in some(observations)], dtype=float)
        if not np.isfinite(scores).all():
            raise NotComputable("a score is not a finite number")
        return {"hit": (scores[:, 0] > scores[:, 1]).astype(float)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean of `hit`."""
        return mean(columns["hit"], weights)
