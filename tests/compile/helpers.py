"""Writes specs into folders and loads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

from ftspec.compile.load import Loaded, load_spec
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.files import read_source


def write(folder: Path, **files: str) -> Path:
    """Writes `name="text"` as `name.ft`, dedented, in a folder that is a repository; gives the first file's path."""
    (folder / ".git").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.ft"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return folder / f"{next(iter(files)).replace('__', '/')}.ft"


def load(path: Path, overlay: str | None = None, settings: Sequence[str] = ()) -> Loaded:
    """The file at `path`."""
    source = read_source(path)
    assert not isinstance(source, Diagnostic), source.message
    return load_spec(source, path, overlay, settings)


def spec_of(path: Path, overlay: str | None = None, settings: Sequence[str] = ()) -> Spec:
    """The spec at `path`, which has no error."""
    loaded = load(path, overlay, settings)
    assert loaded.spec is not None, [each.message for each in loaded.diagnostics]
    return loaded.spec


def said(path: Path, overlay: str | None = None, settings: Sequence[str] = ()) -> list[tuple[str, str]]:
    """Code and message of every error."""
    loaded = load(path, overlay, settings)
    return [(each.code.id, each.message) for each in loaded.diagnostics if each.is_error]
