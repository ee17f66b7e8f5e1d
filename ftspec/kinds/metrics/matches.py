"""`matches(tickets.test, pattern = "^[A-Z]{2}-[0-9]+$")`: the share of answers that fit a pattern."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator

from ftspec.kinds.metrics import Answer, NotComputable
from ftspec.kinds.metrics._means import ShareOfAnswers

_PATIENCE = 1.0
"""Seconds for one answer: a pattern such as `(a+)+$` can otherwise take years."""


_LONGEST = 5_000
"""Characters of a pattern."""


def _compiled(pattern: str) -> str:
    if len(pattern) > _LONGEST:
        raise ValueError(f"it is longer than {_LONGEST:,} characters; write a shorter one")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"it is not a regular expression: {error}") from error
    except RecursionError as error:
        raise ValueError("its groups are nested too deep; write a flatter one") from error
    return pattern


class Matches(ShareOfAnswers):
    """The share of answers in which a regular expression is found (Python's syntax; `^…$` asks for the whole answer).

    White space at both ends of the answer is stripped first.
    """

    valid = ('matches(tickets.test, pattern = "^(yes|no)$")',)
    invalid = ("matches(tickets.test)", 'matches(tickets.test, pattern = "(")')

    pattern: Annotated[str, AfterValidator(_compiled)]
    """The regular expression."""

    ignore_case: bool = False
    """Whether capitals and small letters are the same."""

    def hits(self, answers: Sequence[Answer]) -> Sequence[bool]:
        """Whether the pattern is found in each answer."""
        import regex  # type: ignore[import-untyped]

        compiled = regex.compile(self.pattern, regex.IGNORECASE if self.ignore_case else 0)
        try:
            return [compiled.search(answer.given.strip(), timeout=_PATIENCE) is not None for answer in answers]
        except TimeoutError as error:
            raise NotComputable(f"the pattern takes more than {_PATIENCE:g} s on one answer") from error
