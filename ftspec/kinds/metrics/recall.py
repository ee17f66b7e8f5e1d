"""`recall(tickets.test)`: how many rows of a class are found."""

from __future__ import annotations

from typing import Any

from ftspec.kinds.metrics._averaged import ByClass
from ftspec.kinds.metrics._classes import Counts, share


class Recall(ByClass):
    """True positives over all rows of the class (scikit-learn's `recall_score`, `zero_division = 0`)."""

    valid = ("recall(tickets.test, label = billing)", "recall(tickets.test, average = weighted)")
    invalid = ("recall(tickets.test, label = billing, average = macro)",)

    def by_class(self, tally: Counts) -> Any:
        """Hits over rows."""
        return share(tally.hits, tally.expected)

    def reference(self, expected: Any, given: Any, **arguments: Any) -> float:
        """scikit-learn's function."""
        from sklearn.metrics import recall_score

        return float(recall_score(expected, given, **arguments))
