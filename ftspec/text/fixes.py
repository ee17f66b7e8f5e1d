"""Applies the fixes that keep what the author meant."""

from __future__ import annotations

from collections.abc import Iterable

from ftspec.text.diagnostic import Diagnostic, Edit, Fix
from ftspec.text.source import Source


def apply_safe(source: Source, diagnostics: Iterable[Diagnostic]) -> str:
    """The text with every safe fix of this file applied; of two that overlap, the first one."""
    edits = [
        edit
        for each in diagnostics
        if each.fix is not None and each.fix.safe and each.place is not None and each.place.source == source
        for edit in each.fix.edits
    ]
    return _applied(source.text, edits)


def apply(source: Source, fix: Fix) -> str:
    """The text with one fix applied, safe or not."""
    return _applied(source.text, list(fix.edits))


def _applied(text: str, edits: list[Edit]) -> str:
    parts, end = [], 0
    for edit in sorted(set(edits), key=lambda each: (each.span.start, each.span.end)):
        if edit.span.start >= end:
            parts += [text[end : edit.span.start], edit.text]
            end = edit.span.end
    return "".join((*parts, text[end:]))
