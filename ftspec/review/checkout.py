"""A spec with all that it reads, laid out in a folder as it was at a revision.

Only the files that the spec names are written. What git does not have, because it is ignored or kept in Git LFS,
comes from the working tree.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from ftspec.compile.load import load_spec
from ftspec.compile.local_files import named_files
from ftspec.errors import CannotRun
from ftspec.review.git import Revision
from ftspec.syntax import parse
from ftspec.syntax.tree import Import
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.files import decode

_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n")
_POINTER_BYTES = 1024


def lay_out(revision: Revision, path: str, folder: Path) -> Path:
    """Writes the spec at `path`, counted from the root, into `folder`; gives the file's new path."""
    (folder / ".git").mkdir()  # the folder is a repository's root for the paths of a spec
    _write_specs(revision, path, folder)
    file = folder / path
    source = decode(file.read_bytes(), f"{revision.name}:{path}")
    if not isinstance(source, Diagnostic):
        spec = load_spec(source, file).spec
        for named in named_files(spec) if spec is not None else ():
            _provide(revision, os.path.normpath(Path(path).parent / named.path), folder, named.is_pattern)
    return file


def _write_specs(revision: Revision, path: str, folder: Path) -> None:
    """The spec, and every spec that it imports."""
    waiting, seen = [path], set()
    while waiting:
        wanted = [each for each in dict.fromkeys(waiting) if each in revision.files and each not in seen]
        seen.update(wanted)
        waiting = []
        for each, data in revision.contents(wanted):
            _write(folder / each, data)
            waiting += _imports(each, data)


def _imports(path: str, data: bytes) -> Iterator[str]:
    source = decode(data, path)
    statements = () if isinstance(source, Diagnostic) else parse(source).file.statements
    for each in statements:
        if isinstance(each, Import):
            yield Path(os.path.normpath(Path(path).parent / each.path.value)).as_posix()


def _provide(revision: Revision, path: str, folder: Path, is_pattern: bool) -> None:
    """A file, the files of a folder, or those that fit a pattern: from git, else from the working tree."""
    path = Path(path).as_posix()
    known = [each for each in revision.files if fnmatch(each, path)] if is_pattern else revision.under(path)
    for each, data in revision.contents([each for each in known if not (folder / each).exists()]):
        pointed = _POINTER.match(data) if len(data) < _POINTER_BYTES else None
        if pointed:
            _from_large_storage(revision, each, pointed[1].decode(), folder)
        else:
            _write(folder / each, data)
    if not known:
        _from_working_tree(revision.repository, path, folder, is_pattern)


def _from_large_storage(revision: Revision, path: str, sha256: str, folder: Path) -> None:
    """A file of Git LFS, where the working tree still has that very content."""
    here = revision.repository / path
    if not here.is_file() or _hash(here) != sha256:
        message = f"{path} is kept in Git LFS, and its content at {revision.name} is not here"
        raise CannotRun(message, f"fetch it: `git lfs fetch origin {revision.name}`, and compare two checkouts")
    _link(here, folder / path)


def _from_working_tree(repository: Path, path: str, folder: Path, is_pattern: bool) -> None:
    found = [each for each in (repository.glob(path) if is_pattern else (repository / path,)) if each.exists()]
    files = [file for each in found for file in ((each,) if each.is_file() else each.rglob("*")) if file.is_file()]
    for file in files:
        _link(file, folder / file.relative_to(repository))


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _link(here: Path, there: Path) -> None:
    """The same file under a second name; a copy where the disk is another one. A symlink would leave the folder."""
    there.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(os.path.realpath(here), there)
    except OSError:
        shutil.copyfile(here, there)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
