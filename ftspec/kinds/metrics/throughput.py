"""`throughput(tickets.test)`: how many tokens a second the model writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import Metric, Need, Timing
from ftspec.kinds.metrics._means import quotient, some

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class Throughput(Metric):
    """New tokens a second when the rows are answered in batches, on the machine of the run.

    The end token counts, padding does not. An item is a batch.
    """

    direction = "higher"
    unit = "tokens/s"
    need = Need.BATCH_TIMINGS
    valid = ("throughput(tickets.test)",)
    invalid = ("throughput(tickets.test, percentile = 95)",)

    def columns(self, observations: Sequence[Timing]) -> Columns:
        """`tokens` and `seconds` of each batch."""
        import numpy as np

        return {
            "tokens": np.array([timing.new_tokens for timing in some(observations)], dtype=float),
            "seconds": np.array([timing.seconds for timing in observations], dtype=float),
        }

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """All tokens over all seconds of each draw."""
        return quotient(weights @ columns["tokens"], weights @ columns["seconds"])
