"""`exact_match(answers.test)`: the share of answers that equal the expected text."""

from __future__ import annotations

import string
from collections.abc import Sequence

from ftspec.kinds.metrics import Answer
from ftspec.kinds.metrics._means import ShareOfAnswers

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


class ExactMatch(ShareOfAnswers):
    """The share of answers that equal the expected text, white space at both ends aside (`exact_match` of evaluate)."""

    compares = True
    valid = ("exact_match(answers.test)", "exact_match(answers.test, ignore_case = true)")
    invalid = ("exact_match(answers.test, case = false)", "exact_match()")

    ignore_case: bool = False
    """Count `Billing` and `billing` as equal."""

    ignore_punctuation: bool = False
    """Leave ASCII punctuation out of the comparison."""

    def hits(self, answers: Sequence[Answer]) -> Sequence[bool]:
        """Whether the texts are equal."""
        return [self._plain(answer.given) == self._plain(answer.expected) for answer in answers]

    def _plain(self, text: str) -> str:
        text = text.strip()
        text = text.lower() if self.ignore_case else text
        return text.translate(_NO_PUNCTUATION) if self.ignore_punctuation else text
