"""`memorization(tickets.train)`: the share of training rows that the model recites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ftspec.kinds.metrics import Continuation, Metric, Need, NotComputable
from ftspec.kinds.metrics._means import mean
from ftspec.spec.types import TokenCount

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class Memorization(Metric):
    """The share of rows whose next k tokens the model writes verbatim and greedily when given the k tokens before them.

    Extractable memorization after Carlini et al. 2023, "Quantifying Memorization Across Neural Language Models", with
    k = 50 as there. A row of fewer than 2k tokens is cut in the middle. Rows of fewer than 16 tokens do not count: a
    continuation that short is more often known than recited.
    """

    direction = "lower"
    ratio = True
    need = Need.CONTINUATIONS
    proportion = True
    reads_training_data = True
    valid = ("memorization(tickets.train)", "memorization(tickets.train, tokens = 32)")
    invalid = ("memorization(tickets.train, tokens = 0)", "memorization()")

    tokens: Annotated[TokenCount, Field(ge=8)] = 50
    """k: the length of the prefix, and of the continuation that must be verbatim."""

    def settings(self) -> dict[str, Any]:
        """The length of prefix and continuation."""
        return {"tokens": self.tokens}

    def columns(self, observations: Sequence[Continuation]) -> Columns:
        """`hit`: 1 where the whole continuation is verbatim."""
        import numpy as np

        if not observations:
            raise NotComputable("no row is long enough to be recited: a row needs 16 tokens")
        return {"hit": np.array([row.given_ids == row.expected_ids for row in observations], dtype=float)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean of `hit`."""
        return mean(columns["hit"], weights)
