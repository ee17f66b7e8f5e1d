"""`exposure(canaries, references)`: how far planted rows stand out from rows like them that were never seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import Metric, Need, TokenLoss
from ftspec.kinds.metrics._losses import sums
from ftspec.kinds.metrics._means import quotient

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class Exposure(Metric):
    """The mean exposure of canaries in bits: log2 of how many rows there are, less log2 of the canary's rank.

    The first data are canaries, planted in what trains; the second are rows of the same form that no training reads.
    A canary is ranked by its loss among these and itself. Where the model learned nothing of it the exposure is about
    1.4 bits; a canary that ranks first among 1,023 references has 10. (Carlini et al. 2019, "The Secret Sharer",
    arXiv:1802.08232, by sampling as in section 4.3.)
    """

    direction = "lower"
    unit = "bits"
    need = Need.TOKEN_LOSSES
    reads_training_data = True
    uses = 2
    valid = ("exposure(canaries.test, references.test)", "exposure(canaries.test, references.test, of = router)")
    invalid = ("exposure(canaries)", "exposure()")

    def columns(self, observations: Sequence[TokenLoss]) -> Columns:
        """`nll` and `tokens` of each row."""
        return sums(observations)

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The mean over canaries; NaN where a draw has none."""
        import numpy as np

        planted, others = columns["part"] == 0, columns["part"] == 1
        below = (columns["nll"][others][:, None] < columns["nll"][planted][None, :]).astype(float)
        among = weights[:, others]
        exposures = np.log2(1 + among.sum(axis=1))[:, None] - np.log2(1 + among @ below)
        return quotient((weights[:, planted] * exposures).sum(axis=1), weights[:, planted].sum(axis=1))
