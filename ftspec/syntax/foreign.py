"""Files in another format: one diagnostic in place of one a line."""

from __future__ import annotations

import re

from ftspec.syntax.header import LINE
from ftspec.syntax.lines import Line
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Place
from ftspec.text.source import Source, Span

_SAMPLE = 20
_YAML = re.compile(r"(?:-[ \t]+)?[\"']?[A-Za-z_][\w./-]*[\"']?[ \t]*:(?:[ \t]|$)|-[ \t]|---$")
_TOML = re.compile(r"\[\[?[A-Za-z_][\w.-]*\]\]?$")
_PYTHON = re.compile(r"(?:import \w[\w., ]*|from [\w.]+ import .*|def \w+\(.*|class \w+.*:|@\w+.*)$")


def recognize(source: Source, lines: list[Line]) -> Diagnostic | None:
    """What the file is, if it has no header and is no spec."""
    if not lines or any(token.kind == "FTSPEC" for token in lines[0].tokens):
        return None
    rows = [_row(source, line) for line in lines[:_SAMPLE]]
    name = _format(rows)
    if name is None:
        return None
    start = lines[0].tokens[0].start
    return Diagnostic(
        codes.FOREIGN_FORMAT,
        f"this looks like {name}, not like a spec",
        Place(source, Span(start, start + len(rows[0]))),
        f"a spec starts with `{LINE}`; `ftspec import` turns another tool's config into one",
    )


def _row(source: Source, line: Line) -> str:
    start = line.tokens[0].start
    return source.text[start : start + 200].split("\n", 1)[0].rstrip()


def _format(rows: list[str]) -> str | None:
    first = rows[0]
    if first.startswith("{") or (first.startswith("[") and not _TOML.match(first)):
        return "JSON"
    if first.startswith("<"):
        return "XML"
    if _TOML.match(first):
        return "TOML"
    if _PYTHON.match(first):
        return "Python"
    yaml = sum(bool(_YAML.match(row)) for row in rows)
    braces = sum(row.endswith("{") for row in rows)
    return "YAML" if yaml * 2 > len(rows) and not braces else None
