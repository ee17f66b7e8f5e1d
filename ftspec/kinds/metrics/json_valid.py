"""`json_valid(orders.test)`: the share of answers that are JSON."""

from __future__ import annotations

from collections.abc import Sequence

from ftspec.kinds.metrics import Answer
from ftspec.kinds.metrics._json import parsed
from ftspec.kinds.metrics._means import ShareOfAnswers


class JsonValid(ShareOfAnswers):
    """The share of answers that are one whole JSON value (RFC 8259) and nothing else: no fence, no words around it.

    `NaN` and `Infinity` are not JSON, though Python reads them. An answer that was cut is rarely whole.
    """

    valid = ("json_valid(orders.test)",)
    invalid = ("json_valid()", "json_valid(orders.test, strict = true)")

    def hits(self, answers: Sequence[Answer]) -> Sequence[bool]:
        """Whether each answer is JSON."""
        return [bool(parsed(answer.given)) for answer in answers]
