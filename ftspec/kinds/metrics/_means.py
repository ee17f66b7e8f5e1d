"""Metrics that are a mean over items, and the sums that others are made of."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ftspec.kinds.metrics import Answer, Metric, Need, NotComputable

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class MeanOfAnswers(Metric):
    """The mean of a score between 0 and 1 that each answer gets by itself."""

    direction: ClassVar[Literal["higher", "lower"]] = "higher"
    ratio = True
    need: ClassVar[Need] = Need.ANSWERS
    mean_of = "items"

    @abstractmethod
    def scores(self, answers: Sequence[Answer]) -> Sequence[float]:
        """The score of each answer."""

    def columns(self, observations: Sequence[Answer]) -> Columns:
        """`score` of each answer."""
        import numpy as np

        return {"score": np.array(self.scores(some(observations)), dtype=float)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean of `score`."""
        return mean(columns["score"], weights)


class ShareOfAnswers(Metric):
    """The share of answers that have a property."""

    direction: ClassVar[Literal["higher", "lower"]] = "higher"
    ratio = True
    need: ClassVar[Need] = Need.ANSWERS
    proportion = True

    @abstractmethod
    def hits(self, answers: Sequence[Answer]) -> Sequence[bool]:
        """Whether each answer has it."""

    def columns(self, observations: Sequence[Answer]) -> Columns:
        """`hit`: 1 where the answer has it."""
        import numpy as np

        return {"hit": np.array(self.hits(some(observations)), dtype=float)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean of `hit`."""
        return mean(columns["hit"], weights)


def mean(values: Any, weights: ndarray) -> ndarray:
    """Σwᵢvᵢ / Σwᵢ for weights of shape (draws, n); shape (draws,), NaN where a draw has no weight."""
    import numpy as np

    return quotient(weights @ values, weights @ np.ones(len(values)))


def quotient(above: Any, below: Any) -> ndarray:
    """`above / below`, and NaN where `below` is 0."""
    import numpy as np

    divided: ndarray = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below != 0)
    return divided


def some(observations: Any) -> Any:
    """The observations themselves. Raises `NotComputable` when there are none."""
    if not len(observations):
        raise NotComputable("there is no row to score")
    return observations
