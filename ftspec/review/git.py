"""What a git repository knows, through the `git` command; nothing in it is changed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

from ftspec.errors import CannotRun

_SECONDS = 60
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def repository_at(folder: Path) -> Path:
    """The root of the repository that a folder lies in. Raises `CannotRun`."""
    found = _git(folder, "rev-parse", "--show-toplevel")
    if found is None:
        raise CannotRun(f"{folder} is in no git repository", "name two files, or run this inside a repository")
    return Path(os.fsdecode(found).rstrip("\n"))


def _git(folder: Path, *arguments: str, given: bytes | None = None) -> bytes | None:
    """The output of a git command, or None where it fails."""
    command = ["git", "-c", "core.quotePath=false", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=_SECONDS, env={**os.environ, **_QUIET}, check=False
        )
    except FileNotFoundError as error:
        raise CannotRun("git is not installed", "install git, or name two files") from error
    except subprocess.TimeoutExpired as error:
        raise CannotRun(f"`git {arguments[0]}` did not answer within {_SECONDS} s", "try again") from error
    return done.stdout if done.returncode == 0 else None


@dataclass(frozen=True)
class Revision:
    """One commit of a repository."""

    repository: Path
    commit: str
    """The full hash."""

    name: str
    """As the user wrote it: `HEAD~1`."""

    @cached_property
    def files(self) -> dict[str, str]:
        """Every file by its path from the root, with the hash of its content. Submodules are left out."""
        listed = _git(self.repository, "ls-tree", "-r", "-z", self.commit) or b""
        entries = (entry.partition(b"\t") for entry in listed.split(b"\0") if entry)
        fields = ((head.split(), os.fsdecode(path)) for head, _, path in entries)
        return {path: head[2].decode() for head, path in fields if head[1] == b"blob"}

    def under(self, path: str) -> list[str]:
        """The file at a path, or every file of a folder."""
        if path in self.files:
            return [path]
        start = "" if path == "." else f"{path}/"
        return [each for each in self.files if each.startswith(start)]

    def changed_since(self) -> frozenset[str]:
        """Every path that differs from the commit in the working tree, new files that git does not know included."""
        differing = _git(self.repository, "diff", "--name-only", "--no-renames", "-z", self.commit) or b""
        unknown = _git(self.repository, "ls-files", "--others", "--exclude-standard", "-z") or b""
        return frozenset(os.fsdecode(each) for each in (differing + unknown).split(b"\0") if each)

    def contents(self, paths: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The bytes of files, as git keeps them, in order. Raises `CannotRun` where one cannot be read."""
        if not paths:
            return
        wanted = "".join(f"{self.files[path]}\n" for path in paths).encode()
        command = ["git", "-C", str(self.repository), "cat-file", "--batch"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **_QUIET}
        ) as git:
            assert git.stdin is not None and git.stdout is not None
            for path, line in zip(paths, wanted.splitlines(keepends=True), strict=True):
                git.stdin.write(line)
                git.stdin.flush()
                yield path, _blob(git.stdout, path, self.name)
            git.stdin.close()


def common_ancestor(repository: Path, name: str) -> Revision | None:
    """Where the working tree's commit and `name` part, under the name of `name`; None where git knows no such thing."""
    found = revision(repository, name)
    if found is None:
        return None
    common = _git(repository, "merge-base", found.commit, "HEAD")
    return None if common is None else Revision(repository, common.decode().split()[0], name)


def _blob(stream: IO[bytes], path: str, name: str) -> bytes:
    head = stream.readline().split()
    if len(head) != 3:
        raise CannotRun(f"git has no content for {path} at {name}", "fetch the whole history: `git fetch --unshallow`")
    data = stream.read(int(head[2]))
    stream.read(1)
    return data


def revision(folder: Path, name: str) -> Revision | None:
    """The commit that a name stands for, or None where git knows none."""
    if name.startswith("-"):
        return None
    repository = repository_at(folder)
    found = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return None if found is None else Revision(repository, found.decode().split()[-1], name)
