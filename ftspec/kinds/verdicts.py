"""Whether an answer was found good: the `label` of unpaired rows."""

from __future__ import annotations

_GOOD = frozenset({"true", "1", "yes"})
_BAD = frozenset({"false", "0", "no"})


def verdict(label: object) -> bool | None:
    """Good or bad, from a truth value, a one or zero, or a word for them; None for everything else.

    Tables without types hold words: taken for truth values themselves, all of them would be true.
    """
    if isinstance(label, bool | int | float):
        return bool(label) if label in (0, 1) else None
    word = label.strip().lower() if isinstance(label, str) else ""
    return True if word in _GOOD else False if word in _BAD else None
