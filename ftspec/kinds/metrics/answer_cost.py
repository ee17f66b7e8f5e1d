"""`answer_cost(tickets.test, hourly_cost = 2 USD)`: what a thousand answers cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import Metric, Need, NotComputable, Timing
from ftspec.kinds.metrics._means import quotient, some
from ftspec.spec.types import Money

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


class AnswerCost(Metric):
    """USD for 1,000 answers, written in batches on the machine of the run at its price. An item is a batch."""

    direction = "lower"
    unit = "USD"
    need = Need.BATCH_TIMINGS
    valid = ("answer_cost(tickets.test)", "answer_cost(tickets.test, hourly_cost = 2.50 USD)")
    invalid = ("answer_cost()", "answer_cost(tickets.test, hourly_cost = 2)")

    hourly_cost: Money | None = None
    """The price of the machine for an hour; that of `hardware` unless given."""

    def columns(self, observations: Sequence[Timing]) -> Columns:
        """`cost` in USD and number of `answers` of each batch."""
        import numpy as np

        batches = some(observations)
        if self.hourly_cost is None:
            raise NotComputable("no price is known: write `hourly_cost = 2 USD` here, or in `hardware`")
        price = self.hourly_cost / 3600
        return {
            "cost": price * np.array([batch.seconds for batch in batches], dtype=float),
            "answers": np.array([batch.answers for batch in batches], dtype=float),
        }

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """All cost over all answers of each draw, a thousandfold."""
        return 1000 * quotient(weights @ columns["cost"], weights @ columns["answers"])
