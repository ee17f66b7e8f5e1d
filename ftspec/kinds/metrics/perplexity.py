"""`perplexity(english)`: how surprised the model is by a token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import Metric, Need, TokenLoss
from ftspec.kinds.metrics._losses import per_token, sums

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class Perplexity(Metric):
    """exp(Σ nll / Σ tokens) over the trained tokens of all rows; over all tokens of `text` data.

    A row longer than the model's context is read in windows of that length, each beginning half a window after the
    last; a token is scored once, in the first window that holds it (Hugging Face's guide on perplexity of fixed-length
    models). The first token of a row has nothing before it and is not scored.
    """

    direction = "lower"
    need = Need.TOKEN_LOSSES
    mean_of = "logs"
    valid = ("perplexity(english)", "perplexity(demos.test, of = imitation)")
    invalid = ("perplexity()", "perplexity(english, base = 2)")

    def columns(self, observations: Sequence[TokenLoss]) -> Columns:
        """`nll` and `tokens` of each row."""
        return sums(observations)

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The exponential of the ratio of the weighted sums."""
        import numpy as np

        values: ndarray = np.exp(per_token(columns, weights))
        return values
