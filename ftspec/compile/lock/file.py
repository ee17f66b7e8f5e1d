"""The lock's text: a header, then sorted lines `KIND NAME ["path"] = VALUE`, each of which stands for itself."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ftspec.compile.lock.codes import BROKEN_LOCK
from ftspec.text.diagnostic import Diagnostic, Place
from ftspec.text.files import read_source, shown_path
from ftspec.text.source import Source, Span

HEADER = "ftspec-lock 1"
_LINE = re.compile(r"(?P<key>[a-z_]+ [^\s\"]+(?: \"(?:[^\"\\]|\\.)*\")?) = (?P<value>\S+)")
_CONFLICT = re.compile(r"<<<<<<<|=======|>>>>>>>")


class Line(NamedTuple):
    """One input as it was locked."""

    value: str
    place: Place


def one_line(value: object) -> str:
    """JSON without a space, as the value of a line."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return "".join(f"\\u{ord(char):04x}" if char.isspace() else char for char in text)


def recorded_config(spec: Path, name: str) -> Mapping[str, Any] | None:
    """The `config.json` of the model `name` as the lock beside the spec holds it."""
    path = lock_path(spec)
    locked = read(path) if path.is_file() else {}
    line = None if isinstance(locked, Diagnostic) else locked.get(f"config {name}")
    try:
        found = json.loads(line.value) if line else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def lock_path(spec: Path) -> Path:
    """`router.ft.lock` beside `router.ft`."""
    return spec.with_name(f"{spec.name}.lock")


def render(entries: Mapping[str, str]) -> str:
    """The whole file. No line depends on another, so that two changes merge unless they are about the same input."""
    note = "# What this spec was compiled from. `ftspec lock` writes it; do not edit."
    return "\n".join((HEADER, note, *(f"{key} = {entries[key]}" for key in sorted(entries)))) + "\n"


def read(path: Path) -> Mapping[str, Line] | Diagnostic:
    """The inputs of a lock by their keys, or why it cannot be understood."""
    source = read_source(path)
    if isinstance(source, Diagnostic):
        return Diagnostic(BROKEN_LOCK, source.message, source.place, f"write it anew: `{_command(path)}`")
    found: dict[str, Line] = {}
    start = 0
    for number, text in enumerate(source.text.splitlines(keepends=True)):
        line = text.strip()
        problem = _problem(number, line, found)
        if problem is not None:
            span = Span(start, start + max(1, len(line)))
            return Diagnostic(BROKEN_LOCK, problem, Place(source, span), f"write it anew: `{_command(path)}`")
        if match := _LINE.fullmatch(line):
            found[match["key"]] = Line(match["value"], _place(source, start, text, match))
        start += len(text)
    return found


def _problem(number: int, line: str, found: Mapping[str, Line]) -> str | None:
    if number == 0:
        return None if line == HEADER else f"a lock begins with `{HEADER}`"
    if not line or line.startswith("#"):
        return None
    if _CONFLICT.match(line):
        return "a merge conflict is left in the lock"
    match = _LINE.fullmatch(line)
    if match is None:
        return "this line of the lock says nothing"
    return f"`{match['key']}` is locked twice" if match["key"] in found else None


def _place(source: Source, start: int, text: str, match: re.Match[str]) -> Place:
    indent = len(text) - len(text.lstrip())
    return Place(source, Span(start + indent + match.start("value"), start + indent + match.end("value")))


def _command(path: Path) -> str:
    return f"ftspec lock {shown_path(path).removesuffix('.lock')}"
