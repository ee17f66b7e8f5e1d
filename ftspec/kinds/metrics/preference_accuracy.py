"""`preference_accuracy(choices.test, of = judge)`: how often the model prefers what people chose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from ftspec.kinds.metrics import Metric, Need, NotComputable, Preference
from ftspec.kinds.metrics._means import mean, some
from ftspec.spec.types import To

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class PreferenceAccuracy(Metric):
    """The share of pairs whose chosen answer scores higher than the rejected one; a tie counts as wrong.

    A reward model scores by its head (the accuracy that TRL's `RewardTrainer` reports), any other model by the
    log-likelihood of the whole answer, which is lower the longer the answer is. Where chosen and rejected answers
    differ in length, `per_token` takes the mean over its tokens (SimPO's reward, Meng et al. 2024, arXiv:2405.14734),
    and `over` what the model adds to the log-likelihood of the model it started from (DPO's implicit reward, Rafailov
    et al. 2023, arXiv:2305.18290; TRL logs it as `rewards/accuracies`).
    """

    direction = "higher"
    ratio = True
    need = Need.PREFERENCES
    proportion = True
    valid = (
        "preference_accuracy(choices.test, of = judge)",
        "preference_accuracy(choices.test)",
        "preference_accuracy(choices.test, over = imitation)",
        "preference_accuracy(choices.test, per_token = true)",
    )
    invalid = ("preference_accuracy()", "preference_accuracy(choices.test, margin = 1)")

    over: Annotated[str, To("train")] | Annotated[str, To("model")] | None = None
    """The model whose log-likelihoods are taken off: a train, or a `model` block as it is."""

    per_token: bool = False
    """Whether log-likelihoods are means over the answer's tokens."""

    def settings(self) -> dict[str, Any]:
        """What is taken off, and what it is a mean of."""
        return {name: value for name, value in (("over", self.over), ("per_token", self.per_token)) if value}

    def stages(self) -> tuple[str, ...]:
        """The model whose log-likelihoods are taken off."""
        return () if self.over is None else (self.over,)

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
