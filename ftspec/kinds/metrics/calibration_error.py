"""`calibration_error(tickets.test)`: how far the model's confidence is from how often it is right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ftspec.kinds.metrics import Choice, Metric, Need, NotComputable
from ftspec.kinds.metrics._means import quotient, some

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class CalibrationError(Metric):
    """Expected calibration error of a classification: Σ over bins of their share × |accuracy − mean confidence|.

    The confidence is the probability of the likeliest answer among the data's distinct expected answers, from the
    likelihoods of the whole answers. Bins are of equal width (Guo et al. 2017; `MulticlassCalibrationError` of
    torchmetrics, norm `l1`). Data with one expected answer, or with more than 64, has none.
    """

    compares = True
    direction = "lower"
    ratio = True
    need = Need.CHOICES
    valid = ("calibration_error(tickets.test)", "calibration_error(tickets.test, bins = 10)")
    invalid = ("calibration_error(tickets.test, bins = 0)", "calibration_error()")

    bins: Annotated[int, Field(ge=1, le=1000)] = 15
    """How many bins the confidences from 0 to 1 are sorted into."""

    def columns(self, observations: Sequence[Choice]) -> Columns:
        """`confidence`, `right` and the number of the `bin`."""
        import numpy as np
        from scipy.special import softmax

        labels = some(observations)[0].labels
        if len(labels) < 2:
            raise NotComputable(f"every row expects the same answer, {labels[0]!r}: there is nothing to choose")
        probabilities = softmax(np.array([each.logits for each in observations], dtype=float), axis=1)
        chosen = (labels[place] for place in probabilities.argmax(axis=1))
        right = [label == each.expected for label, each in zip(chosen, observations, strict=True)]
        confidence = probabilities.max(axis=1)
        edges = np.linspace(0, 1, self.bins + 1)[1:-1]
        return {
            "confidence": confidence,
            "right": np.array(right, dtype=float),
            "bin": np.digitize(confidence, edges, right=True),
        }

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """Σ |Σ (right − confidence)| by bin, over the weight of all."""
        import numpy as np

        members = (columns["bin"][:, None] == np.arange(self.bins)).astype(float)
        gaps = weights @ (members * (columns["right"] - columns["confidence"])[:, None])
        return quotient(np.abs(gaps).sum(axis=1), weights.sum(axis=1))
