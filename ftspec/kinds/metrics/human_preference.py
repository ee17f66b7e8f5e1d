"""`human_preference(prompts.test, over = imitation, raters = 2)`: how often people like the model's answer better."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ftspec.kinds.metrics import Metric, Need, Rated
from ftspec.kinds.metrics._means import mean, some
from ftspec.spec.types import To

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class HumanPreference(Metric):
    """The share of prompts for which people prefer the model's answer to another model's; a tie is half.

    `ftspec rate RUN` shows each pair blind, in random order, to as many people as `raters` says. Until all of them have
    rated every pair, the gate is inconclusive. Equal answers are ties and are not shown.
    """

    direction = "higher"
    ratio = True
    need = Need.RATINGS
    valid = ("human_preference(prompts.test)", "human_preference(prompts.test, over = imitation, raters = 3)")
    invalid = ("human_preference()", "human_preference(prompts.test, raters = 0)")

    over: Annotated[str, To("train")] | None = None
    """The train whose model is the opponent; the model before training unless named."""

    raters: Annotated[int, Field(ge=1, le=100)] = 1
    """People who must have rated every pair."""

    def settings(self) -> dict[str, Any]:
        """Opponent and number of raters."""
        return {"over": self.over, "raters": self.raters}

    def opponent(self) -> str | None:
        """The opponent."""
        return self.over

    def columns(self, observations: Sequence[Rated]) -> Columns:
        """`win`: the mean of what the raters say of each pair."""
        import numpy as np

        return {"win": np.array([np.mean(each.votes) for each in some(observations)], dtype=float)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean of `win`."""
        return mean(columns["win"], weights)
