"""`overfitting(tickets.train, tickets.validation)`: how much better the model knows what it was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftspec.kinds.metrics import Metric, Need, TokenLoss
from ftspec.kinds.metrics._losses import sums
from ftspec.kinds.metrics._means import quotient

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class Overfitting(Metric):
    """The loss of a token on the second data minus that on the first, in nats: training rows first, unseen ones second.

    Near zero when what was learned carries over. Each part's rows are resampled by themselves.
    """

    direction = "lower"
    unit = "nats"
    need = Need.TOKEN_LOSSES
    reads_training_data = True
    uses = 2
    valid = ("overfitting(tickets.train, tickets.validation)",)
    invalid = ("overfitting(tickets.train)", "overfitting()")

    def columns(self, observations: Sequence[TokenLoss]) -> Columns:
        """`nll` and `tokens` of each row."""
        return sums(observations)

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The difference of the two parts' losses; NaN where a part has no token."""
        difference: ndarray = _loss(columns, weights, 1) - _loss(columns, weights, 0)
        return difference


def _loss(columns: Columns, weights: ndarray, part: int) -> Any:
    """The loss of a token in one part."""
    member = (columns["part"] == part).astype(float)
    return quotient(weights @ (columns["nll"] * member), weights @ (columns["tokens"] * member))
