"""`--format sarif`: the Static Analysis Results Interchange Format, 2.1.0 (OASIS), for code scanning."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from ftspec.text.diagnostic import Code, Diagnostic, Edit, Place
from ftspec.text.source import Source, Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """One log with one run."""
    found = list(diagnostics)
    codes = sorted({each.code for each in found}, key=lambda code: code.id)
    index = {code: at for at, code in enumerate(codes)}
    run = {
        "tool": {"driver": {"name": "ftspec", "rules": [_rule(code) for code in codes]}},
        # Columns are counted in code points, as Python does.
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, index[each.code]) for each in found],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _rule(code: Code) -> dict[str, Any]:
    return {"id": code.id, "name": code.name, "defaultConfiguration": {"level": str(code.severity)}}


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    text = diagnostic.message if diagnostic.help is None else f"{diagnostic.message}\nhelp: {diagnostic.help}"
    result: dict[str, Any] = {
        "ruleId": diagnostic.code.id,
        "ruleIndex": rule,
        "level": str(diagnostic.code.severity),
        "message": {"text": text},
        "locations": [] if diagnostic.place is None else [_location(diagnostic.place)],
    }
    if diagnostic.labels:
        related = [{**_location(each.place), "message": {"text": each.message}} for each in diagnostic.labels]
        result["relatedLocations"] = related
    if diagnostic.fix is not None and diagnostic.place is not None:
        result["fixes"] = [_fix(diagnostic.place.source, diagnostic.fix.edits, diagnostic.help)]
    return result


def _location(place: Place) -> dict[str, Any]:
    region = _region(place.source, place.span)
    return {"physicalLocation": {"artifactLocation": _artifact(place.source), "region": region}}


def _artifact(source: Source) -> dict[str, str]:
    return {"uri": quote(source.path, errors="replace")}


def _region(source: Source, span: Span) -> dict[str, int]:
    start, end = source.position(span.start), source.position(span.end)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _fix(source: Source, edits: Iterable[Edit], help: str | None) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(source, edit.span), "insertedContent": {"text": edit.text}} for edit in edits
    ]
    change = {"artifactLocation": _artifact(source), "replacements": replacements}
    return {"description": {"text": help or "apply the fix"}, "artifactChanges": [change]}
