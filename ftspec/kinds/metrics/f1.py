"""`f1(tickets.test, average = macro)`: precision and recall in one number."""

from __future__ import annotations

from typing import Any

from ftspec.kinds.metrics._averaged import ByClass
from ftspec.kinds.metrics._classes import Counts, share


class F1(ByClass):
    """The harmonic mean of precision and recall (scikit-learn's `f1_score`, `zero_division = 0`).

    The label set is the data's distinct expected answers. An answer outside it is a missed row of the class that was
    expected, and no false alarm of another class.
    """

    valid = ("f1(tickets.test)", "f1(tickets.test, average = macro)", "f1(tickets.test, label = billing)")
    invalid = ("f1(tickets.test, average = mean)", "f1(tickets.test, average = macro, label = billing)", "f1()")

    def by_class(self, tally: Counts) -> Any:
        """Twice the hits over answers and rows together."""
        return share(2 * tally.hits, tally.given + tally.expected)

    def reference(self, expected: Any, given: Any, **arguments: Any) -> float:
        """scikit-learn's function."""
        from sklearn.metrics import f1_score

        return float(f1_score(expected, given, **arguments))
