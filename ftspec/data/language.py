"""Which language a row is in, with py3langid (Lui and Baldwin, "langid.py", ACL 2012)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ftspec.data.clean import Draft

MIN_LETTERS = 24
"""Shorter texts cannot be told apart, and are kept."""


def speaks(languages: Sequence[str]) -> Callable[[Draft], bool]:
    """A test for rows in one of these languages (ISO 639-1 codes)."""
    wanted = {each.lower() for each in languages}

    def holds(draft: Draft) -> bool:
        text = max(draft.text.split("\n"), key=len, default="") if len(draft.text) > 100_000 else draft.text
        return sum(map(str.isalpha, text)) < MIN_LETTERS or language_of(text) in wanted

    return holds


def language_of(text: str) -> str:
    """The ISO 639-1 code of the likeliest language."""
    from py3langid import classify  # type: ignore[import-untyped]

    return str(classify(text)[0])
