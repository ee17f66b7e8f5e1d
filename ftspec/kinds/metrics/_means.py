"""Weighted means and ratios of sums, for all draws at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftspec.kinds.metrics import NotComputable

if TYPE_CHECKING:
    from numpy import ndarray


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
