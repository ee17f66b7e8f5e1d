"""Why a statement does not parse, and how to mend it: one file a family of mistakes.

Each family is a tuple of functions that look at the place where the parse stopped and either explain it or pass.
The first that knows the mistake speaks; the last one always does.
"""

from __future__ import annotations

from ftspec.syntax.mistakes import (
    assignment,
    blocks,
    brackets,
    calls,
    comments,
    fallback,
    lists,
    misread,
    operators,
    quotes,
    separators,
    signs,
    spelling,
    statements,
    strings,
    turns,
    values,
    words,
)
from ftspec.syntax.mistakes.trouble import Trouble
from ftspec.text.diagnostic import Diagnostic

__all__ = ["Trouble", "explain", "suspect"]

_FAMILIES = (
    *strings.FIRST,
    *comments.MISTAKES,
    *blocks.FIRST,
    *signs.FIRST,
    *calls.FIRST,
    *turns.FIRST,
    *statements.MISTAKES,
    *spelling.MISTAKES,
    *lists.FIRST,
    *blocks.MISTAKES,
    *words.MISTAKES,
    *quotes.FIRST,
    *operators.FIRST,
    *signs.MISTAKES,
    *assignment.MISTAKES,
    *calls.MISTAKES,
    *operators.MISTAKES,
    *turns.MISTAKES,
    *strings.MISTAKES,
    *quotes.MISTAKES,
    *values.MISSING,
    *separators.MISTAKES,
    *lists.MISTAKES,
    *brackets.MISTAKES,
    *values.MISTAKES,
)

_SUSPECTS = (
    *statements.FIRST_SUSPECTS,
    *blocks.FIRST_SUSPECTS,
    *comments.SUSPECTS,
    *misread.SUSPECTS,
    *turns.SUSPECTS,
    *assignment.SUSPECTS,
    *blocks.SUSPECTS,
    *statements.SUSPECTS,
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
    for known in _SUSPECTS:
        found = known(trouble)
        if found is not None:
            return found
    return None
