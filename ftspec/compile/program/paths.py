"""Paths that a file names: relative to it, inside the repository, symlinks followed before that is decided."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

from ftspec.compile.codes import PATH_LEAVES_REPOSITORY
from ftspec.compile.program.scope import Scope
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.source import Span

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|(file|data|https?|ftp|s3|gs):")
_GLOB = re.compile(r"[*?\[]")


def repository_of(folder: Path) -> Path:
    """The nearest folder upwards that holds `.git`, else the folder itself."""
    folder = folder.resolve()
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def inside(path: str, scope: Scope, span: Span) -> Path | Diagnostic:
    """The absolute path that `path` means in a file, or why it must not be used."""
    problem = _form(path) or _way_out(path, scope)
    if problem is None:
        return Path(os.path.normpath(scope.folder / path))
    message, help = problem
    return Diagnostic(PATH_LEAVES_REPOSITORY, message, scope.place(span), help)


def relative(path: Path, root: Path) -> str:
    """The path as the plan names it: relative to the spec's folder, with forward slashes."""
    return Path(os.path.relpath(path, root)).as_posix()


def _form(path: str) -> tuple[str, str] | None:
    """What is wrong with a path as it is written."""
    if _URL.match(path):
        return f"`{path}` is a URL, and a spec reads local files alone", "download it into the repository and name it"
    if "\\" in path and not os.path.isabs(path) and not PureWindowsPath(path).drive:
        return f"`{path}` has backslashes", f"write `{path.replace(chr(92), '/')}`"
    if os.path.isabs(path) or path.startswith("~") or PureWindowsPath(path).drive or "\\" in path:
        return f"`{path}` means another file on another machine", "name it relative to this file: `data/rows.jsonl`"
    if "\0" in path:
        return "a path has no character U+0000", "remove it"
    return None


def _way_out(path: str, scope: Scope) -> tuple[str, str] | None:
    """Whether the path, or a file that it stands for, lies outside of the repository."""
    target = Path(os.path.normpath(scope.folder / path))
    if not _within(scope.repository, target, follow=False):
        help = "move the file into the repository"
        if not (scope.repository / ".git").exists():
            help += "; its root is the spec's folder, since there is no `.git`"
        return f"`{path}` leads out of the repository", help
    for each in (target, *_stands_for(target, scope, path)):
        if not _within(scope.repository, each):
            shown = relative(each, scope.folder)
            return f"`{shown}` leads out of the repository through a symlink", "copy the file into the repository"
    return None


def _within(repository: Path, target: Path, follow: bool = True) -> bool:
    real = Path(os.path.realpath(target)) if follow else target
    return real == repository or repository in real.parents


def _stands_for(target: Path, scope: Scope, path: str) -> Iterator[Path]:
    """The matches of a pattern, the symlinks in a folder."""
    if _GLOB.search(path):
        yield from scope.folder.glob(path)
    elif target.is_dir():
        for folder, folders, files in os.walk(target):
            every = (Path(folder, name) for name in (*folders, *files))
            yield from (each for each in every if each.is_symlink())
