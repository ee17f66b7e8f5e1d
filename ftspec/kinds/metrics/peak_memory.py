"""`peak_memory()`: the most memory the model needs while it is scored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import Metric, Need, Peak
from ftspec.kinds.metrics._means import mean, some

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class PeakMemory(Metric):
    """The most memory in use while the spec's measurements of this model are taken, its weights included, in bytes.

    On a GPU what torch allocated there; on a CPU the resident memory of the process, Python and libraries included.
    """

    direction = "lower"
    unit = "B"
    need = Need.MEMORY
    uses = 0
    valid = ("peak_memory()", "peak_memory(of = router)")
    invalid = ("peak_memory(tickets.test)",)

    def columns(self, observations: Sequence[Peak]) -> Columns:
        """`bytes`: one item."""
        import numpy as np

        return {"bytes": np.array([peak.bytes for peak in some(observations)], dtype=float)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The bytes."""
        return mean(columns["bytes"], weights)
