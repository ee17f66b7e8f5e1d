"""`parameters()`: how large the model is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import Metric, Need, Size
from ftspec.kinds.metrics._means import mean, some

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class Parameters(Metric):
    """The parameters of the model as it is scored, an adapter included; what is shared counts once."""

    direction = "lower"
    need = Need.SIZE
    uses = 0
    valid = ("parameters()", "parameters(of = router)")
    invalid = ("parameters(tickets.test)",)

    def columns(self, observations: Sequence[Size]) -> Columns:
        """`parameters`: one item."""
        import numpy as np

        return {"parameters": np.array([each.parameters for each in some(observations)], dtype=float)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The count."""
        return mean(columns["parameters"], weights)
