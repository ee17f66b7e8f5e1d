"""Paths that a file names: relative to it, inside the repository, symlinks followed before that is decided."""

from __future__ import annotations

import os
from pathlib import Path

from ftspec.compile.codes import PATH_LEAVES_REPOSITORY
from ftspec.text.diagnostic import Diagnostic, Place


def repository_of(folder: Path) -> Path:
    """The nearest folder upwards that holds `.git`, else the folder itself."""
    folder = folder.resolve()
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), folder)


def inside(path: str, folder: Path, place: Place) -> Path | Diagnostic:
    """The absolute path that `path` means in a file of `folder`, or why it must not be used."""
    root = repository_of(folder)
    if path.startswith(("http:", "https:", "ftp:", "s3:", "gs:", "file:")):
        return _refused(
            f"`{path}` is a URL, and a spec reads local files alone", place, "download it into the repository"
        )
    if os.path.isabs(path) or "\0" in path or "\\" in path:
        return _refused(
            f"`{path}` is not a relative path with forward slashes",
            place,
            "name it relative to the spec: `data/rows.jsonl`",
        )
    target = Path(os.path.normpath(folder / path))
    if not (target.resolve() == root or root in target.resolve().parents):
        return _refused(f"`{path}` leads out of the repository", place, "move the file into the repository")
    return target


def relative(path: Path, root: Path) -> str:
    """The path as the plan names it: relative to the spec's folder, with forward slashes."""
    return Path(os.path.relpath(path, root)).as_posix()


def _refused(message: str, place: Place, help: str) -> Diagnostic:
    return Diagnostic(PATH_LEAVES_REPOSITORY, message, place, help)
