"""`latency(tickets.test, percentile = 95)`: how long one answer takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ftspec.kinds.metrics import Metric, Need, Timing
from ftspec.kinds.metrics._means import some

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class Latency(Metric):
    """A percentile of the seconds from a prompt to its whole answer, one prompt at a time, on the machine of the run.

    Measured after a warm-up on up to 100 rows, or on 30 when those take 10 seconds. Interpolated as `numpy.percentile`
    does.
    """

    direction = "lower"
    unit = "s"
    need = Need.TIMINGS
    valid = ("latency(tickets.test)", "latency(tickets.test, percentile = 95)")
    invalid = ("latency(tickets.test, percentile = 101)", "latency(tickets.test, 95)")

    percentile: Annotated[float, Field(ge=0, le=100)] = 50
    """The percentile: 50 is the median, 95 what one answer in twenty exceeds."""

    @property
    def quantile(self) -> tuple[str, float]:
        """The percentile of `seconds`."""
        return "seconds", self.percentile / 100

    def columns(self, observations: Sequence[Timing]) -> Columns:
        """`seconds` of each answer."""
        import numpy as np

        return {"seconds": np.array([timing.seconds for timing in some(observations)], dtype=float)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The percentile of each draw."""
        return weighted_percentile(columns["seconds"], weights, self.percentile)


def weighted_percentile(values: Any, weights: ndarray, percentile: float) -> ndarray:
    """`numpy.percentile` of values repeated by whole weights of shape (draws, n); shape (draws,)."""
    import numpy as np

    order = np.argsort(values, kind="stable")
    ranked, upto = values[order], np.cumsum(weights[:, order], axis=1)
    place = (upto[:, -1] - 1) * percentile / 100
    below, above = np.floor(place), np.ceil(place)
    low, high = (ranked[(upto <= at[:, None]).sum(axis=1).clip(max=len(ranked) - 1)] for at in (below, above))
    between: ndarray = low + (high - low) * (place - below)
    return between
