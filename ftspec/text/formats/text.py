"""`--format text`: for people, without colours."""

from __future__ import annotations

from collections.abc import Iterable

from ftspec.text import render as terminal
from ftspec.text.diagnostic import Diagnostic


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """As in a terminal."""
    return terminal.render(diagnostics)
