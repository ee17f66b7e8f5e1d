"""`accuracy(tickets.test)`: the share of right answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import Answer, Metric, Need
from ftspec.kinds.metrics._classes import coded
from ftspec.kinds.metrics._means import mean

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class Accuracy(Metric):
    """The share of rows whose answer is the expected class (scikit-learn's `accuracy_score`).

    White space at both ends is stripped before answers are compared. Anything that is not one of the data's expected
    answers is wrong. Data with one expected answer has no accuracy: a constant would be always right.
    """

    compares = True
    direction = "higher"
    ratio = True
    need = Need.ANSWERS
    proportion = True
    valid = ("accuracy(tickets.test)", "accuracy(tickets.test, of = router)")
    invalid = ("accuracy()", "accuracy(tickets.test, average = macro)")

    def columns(self, observations: Sequence[Answer]) -> Columns:
        """`hit`: 1 where the answer is right."""
        codes = coded(observations)
        return {"hit": (codes["expected"] == codes["given"]).astype(float)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean of `hit`."""
        return mean(columns["hit"], weights)
