"""How the checks speak."""

from __future__ import annotations

from ftspec.text.diagnostic import Code, Diagnostic, Edit, Fix, Place
from ftspec.text.source import Source, Span


def says(
    source: Source, code: Code, message: str, where: Span, help: str, text: str | None = None, safe: bool = True
) -> Diagnostic:
    """A diagnostic; `text`, if any, mends what stands under `where`."""
    fix = None if text is None else Fix((Edit(where, text),), safe)
    return Diagnostic(code, message, Place(source, where), help, fix=fix)
