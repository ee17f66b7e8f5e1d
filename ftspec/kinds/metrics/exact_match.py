"""`exact_match(answers.test)`: the share of answers that equal the expected text."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import Answer, Metric, Need
from ftspec.kinds.metrics._means import mean, some

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


class ExactMatch(Metric):
    """The share of answers that equal the expected text, white space at both ends aside (`exact_match` of evaluate)."""

    direction = "higher"
    ratio = True
    need = Need.ANSWERS
    proportion = True
    valid = ("exact_match(answers.test)", "exact_match(answers.test, ignore_case = true)")
    invalid = ("exact_match(answers.test, case = false)", "exact_match()")

    ignore_case: bool = False
    """Count `Billing` and `billing` as equal."""

    ignore_punctuation: bool = False
    """Leave ASCII punctuation out of the comparison."""

    def columns(self, observations: Sequence[Answer]) -> Columns:
        """`hit`: 1 where the texts are equal."""
        import numpy as np

        pairs = [(self._plain(answer.given), self._plain(answer.expected)) for answer in some(observations)]
        return {"hit": np.array([given == expected for given, expected in pairs], dtype=float)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean of `hit`."""
        return mean(columns["hit"], weights)

    def _plain(self, text: str) -> str:
        text = text.strip()
        text = text.lower() if self.ignore_case else text
        return text.translate(_NO_PUNCTUATION) if self.ignore_punctuation else text
