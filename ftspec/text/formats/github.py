"""`--format github`: workflow commands, which GitHub shows beside the lines of a pull request.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterable

from ftspec.text.diagnostic import Diagnostic


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """One command a line."""
    return "".join(f"{_command(each)}\n" for each in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    properties = {**_where(diagnostic), "title": str(diagnostic.code)}
    body = diagnostic.message if diagnostic.help is None else f"{diagnostic.message}\nhelp: {diagnostic.help}"
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{diagnostic.code.severity} {named}::{_data(body)}"


def _where(diagnostic: Diagnostic) -> dict[str, str]:
    if diagnostic.place is None:
        return {}
    source = diagnostic.place.source
    start, end = source.position(diagnostic.place.span.start), source.position(diagnostic.place.span.end)
    where = {"file": source.path, "line": str(start.line), "endLine": str(end.line)}
    # GitHub takes columns only where a place stays on one line.
    return where | ({"col": str(start.column), "endColumn": str(end.column)} if start.line == end.line else {})


def _data(text: str) -> str:
    text = text.encode("utf-8", "replace").decode()
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
