"""The files that a spec's plan depends on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ftspec.compile.load import load_spec
from ftspec.compile.local_files import named_files
from ftspec.syntax import parse
from ftspec.syntax.tree import Import
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.files import read_source


def inputs(spec: Path, root: Path) -> frozenset[str]:
    """The spec, what it imports, and the files and folders that they name, as paths from `root`.

    A pattern such as `data/*.jsonl` counts as its folder.
    """
    return frozenset(os.path.relpath(each, root.resolve()).replace(os.sep, "/") for each in _inputs(spec.resolve()))


def _inputs(spec: Path) -> Iterator[Path]:
    yield from _specs(spec, set())
    source = read_source(spec)
    loaded = None if isinstance(source, Diagnostic) else load_spec(source, spec).spec
    for named in named_files(loaded) if loaded is not None else ():
        path = spec.parent / named.path
        while any(char in str(path) for char in "*?["):
            path = path.parent
        yield Path(os.path.normpath(path))


def _specs(spec: Path, seen: set[Path]) -> Iterator[Path]:
    if spec in seen:
        return
    seen.add(spec)
    yield spec
    source = read_source(spec)
    statements = () if isinstance(source, Diagnostic) else parse(source).file.statements
    for each in statements:
        if isinstance(each, Import):
            yield from _specs(Path(os.path.normpath(spec.parent / each.path.value)), seen)
