"""`--format json`: one object, stable from release to release. Lines and columns count from 1, offsets from 0."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ftspec.text.diagnostic import Diagnostic, Edit, Place
from ftspec.text.source import Source, Span

FORMAT = 1


def render(diagnostics: Iterable[Diagnostic], **more: Any) -> str:
    """All diagnostics as one JSON document; `more` stands beside them."""
    document = {"format": FORMAT, "diagnostics": [_diagnostic(each) for each in diagnostics], **more}
    # Escaped to ASCII: a lone surrogate in a message has no UTF-8.
    return json.dumps(document, indent=2, sort_keys=False) + "\n"


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    place = diagnostic.place
    return {
        "code": diagnostic.code.id,
        "name": diagnostic.code.name,
        "severity": str(diagnostic.code.severity),
        "message": diagnostic.message,
        "file": None if place is None else place.source.path,
        "range": None if place is None else _range(place.source, place.span),
        "labels": [{**_place(label.place), "message": label.message} for label in diagnostic.labels],
        "help": diagnostic.help,
        "fix": _fix(diagnostic),
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.source.path, "range": _range(place.source, place.span)}


def _range(source: Source, span: Span) -> dict[str, Any]:
    return {"start": _position(source, span.start), "end": _position(source, span.end)}


def _position(source: Source, offset: int) -> dict[str, int]:
    position = source.position(offset)
    return {"line": position.line, "column": position.column, "offset": position.offset}


def _fix(diagnostic: Diagnostic) -> dict[str, Any] | None:
    if diagnostic.fix is None or diagnostic.place is None:
        return None
    source = diagnostic.place.source
    return {
        "applicability": "safe" if diagnostic.fix.safe else "unsafe",
        "edits": [_edit(source, edit) for edit in diagnostic.fix.edits],
    }


def _edit(source: Source, edit: Edit) -> dict[str, Any]:
    return {"range": _range(source, edit.span), "text": edit.text}
