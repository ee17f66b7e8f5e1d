"""FT401: facts that change daily belong in retrieval, not in weights."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import DAILY_FACTS
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("goal.facts_change", "train")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """A goal whose facts outrun every training."""
    if spec.trains and spec.goal is not None and spec.goal.facts_change == "daily":
        message = "facts that change daily are stale before training ends"
        help = "put the facts into retrieval, and train format or style instead"
        yield Diagnostic(DAILY_FACTS, message, spec.place("goal.facts_change"), help)
