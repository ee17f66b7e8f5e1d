"""Why a statement does not parse, and how to mend it: one file a family of mistakes.

Each family is a tuple of functions that look at the place where the parse stopped and either explain it or pass.
The first that knows the mistake speaks; the last one always does.
"""

from __future__ import annotations

from ftspec.syntax.mistakes import (
    assignment,
    blocks,
    brackets,
    comments,
    fallback,
    operators,
    quotes,
    separators,
    statements,
    turns,
    values,
    words,
)
from ftspec.syntax.mistakes.trouble import Trouble
from ftspec.text.diagnostic import Diagnostic

__all__ = ["Trouble", "explain", "suspect"]

_FAMILIES = (
    *quotes.UNTERMINATED,
    *comments.MISTAKES,
    *statements.MISTAKES,
    *blocks.MISTAKES,
    *words.MISTAKES,
    *assignment.MISTAKES,
    *operators.MISTAKES,
    *turns.MISTAKES,
    *quotes.MISTAKES,
    *separators.MISTAKES,
    *brackets.MISTAKES,
    *values.MISTAKES,
)


def explain(trouble: Trouble) -> Diagnostic:
    """What is wrong where the parse stopped."""
    for known in _FAMILIES:
        found = known(trouble)
        if found is not None:
            return found
    return fallback.unexpected(trouble)


def suspect(trouble: Trouble) -> Diagnostic | None:
    """What is wrong with a statement that would parse, but not as it was meant."""
    for known in (*turns.SUSPECTS, *assignment.SUSPECTS, *blocks.SUSPECTS, *statements.SUSPECTS):
        found = known(trouble)
        if found is not None:
            return found
    return None
