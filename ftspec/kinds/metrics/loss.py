"""`loss(tickets.test)`: the mean loss of a token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import Metric, Need, TokenLoss
from ftspec.kinds.metrics._losses import per_token, sums

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class Loss(Metric):
    """The negative log-likelihood of a trained token in nats, over all rows: Σ nll / Σ tokens.

    The same quantity as the training loss: each token counts once, so long rows weigh more than short ones.
    """

    direction = "lower"
    need = Need.TOKEN_LOSSES
    mean_of = "items"
    unit = "nats"
    valid = ("loss(tickets.test)",)
    invalid = ("loss(tickets.test, average = macro)",)

    def columns(self, observations: Sequence[TokenLoss]) -> Columns:
        """`nll` and `tokens` of each row."""
        return sums(observations)

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The ratio of the weighted sums."""
        return per_token(columns, weights)
