"""`longest_verbatim(tickets.train)`: the longest stretch of a training row that the model recites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ftspec.kinds.metrics import Continuation, Metric, Need, NotComputable
from ftspec.spec.types import TokenCount

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class LongestVerbatim(Metric):
    """The most tokens of any row that the model writes verbatim and greedily after the tokens before them.

    Each row is cut as `memorization` cuts it, and at most `tokens` of its continuation are looked at. A maximum has no
    interval: rows that were not looked at may be recited further.
    """

    direction = "lower"
    unit = "tokens"
    need = Need.CONTINUATIONS
    reads_training_data = True
    valid = ("longest_verbatim(tickets.train)", "longest_verbatim(tickets.train, tokens = 200)")
    invalid = ("longest_verbatim(tickets.train, tokens = 0)", "longest_verbatim()")

    tokens: Annotated[TokenCount, Field(ge=8)] = 50
    """The length of the prefix, and of the continuation."""

    def settings(self) -> dict[str, Any]:
        """The length of prefix and continuation."""
        return {"tokens": self.tokens}

    @property
    def quantile(self) -> tuple[str, float]:
        """All rows lie at or below it."""
        return "verbatim", 1.0

    def columns(self, observations: Sequence[Continuation]) -> Columns:
        """`verbatim`: the tokens of each row's continuation before the first that differs."""
        import numpy as np

        if not observations:
            raise NotComputable("no row is long enough to be recited: a row needs 16 tokens")
        return {"verbatim": np.array([_verbatim(row) for row in observations], dtype=float)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The largest `verbatim` that a draw holds."""
        import numpy as np

        largest: ndarray = np.where(weights > 0, columns["verbatim"], -np.inf).max(axis=1)
        return largest


def _verbatim(row: Continuation) -> int:
    pairs = zip(row.expected_ids, row.given_ids, strict=False)
    return next((place for place, (one, two) in enumerate(pairs) if one != two), len(row.given_ids))
