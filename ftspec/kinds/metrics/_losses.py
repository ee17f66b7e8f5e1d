"""What `loss` and `perplexity` share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import NotComputable, TokenLoss
from ftspec.kinds.metrics._means import quotient, some

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


def sums(observations: Sequence[TokenLoss]) -> Columns:
    """Columns `nll` and `tokens`. Raises `NotComputable` when no token counts or a loss is not a number."""
    import numpy as np

    nll = np.array([loss.nll for loss in some(observations)], dtype=float)
    tokens = np.array([loss.tokens for loss in observations], dtype=float)
    if not tokens.sum():
        raise NotComputable("no row has a token to score")
    broken = np.flatnonzero(~np.isfinite(nll))
    if len(broken):
        first = observations[broken[0]].item
        raise NotComputable(f"the loss of {len(broken)} rows is not a finite number, {first} being the first")
    return {"nll": nll, "tokens": tokens}


def per_token(columns: Columns, weights: ndarray) -> ndarray:
    """Σ nll / Σ tokens of each draw."""
    return quotient(weights @ columns["nll"], weights @ columns["tokens"])
