"""`precision(tickets.test)`: how many of the answers with a class are right."""

from __future__ import annotations

from typing import Any

from ftspec.kinds.metrics._averaged import ByClass
from ftspec.kinds.metrics._classes import Counts, share


class Precision(ByClass):
    """True positives over all answers with the class (scikit-learn's `precision_score`, `zero_division = 0`).

    A class that is never answered has precision 0.
    """

    valid = ("precision(tickets.test)", "precision(tickets.test, average = micro)")
    invalid = ("precision(tickets.test, average = mean)",)

    def by_class(self, tally: Counts) -> Any:
        """Hits over answers."""
        return share(tally.hits, tally.given)

    def reference(self, expected: Any, given: Any, **arguments: Any) -> float:
        """scikit-learn's function."""
        from sklearn.metrics import precision_score

        return float(precision_score(expected, given, **arguments))
