"""Sources: where rows are. One file a source."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ftspec.spec.kind import Kind
from ftspec.text.frozen import frozen


@frozen
class RawRow:
    """One row as the file has it."""

    file: str
    """Relative to the spec's folder, with forward slashes."""

    number: int
    """Counted from 1: the line for `jsonl`, else the row."""

    fields: dict[str, Any]


@frozen
class BadRow:
    """A row that cannot be read: what is wrong with it and what would mend it."""

    file: str
    number: int
    """0 where the file as a whole is to blame."""

    message: str
    """The same for all rows with the same mistake, which are shown as one."""

    help: str
    detail: str = ""
    """What differs from row to row."""

    text: str | None = None
    """What can be read of a line that is no text: enough to find where a row of several lines ends."""


class Source(Kind):
    """Where rows are."""

    @abstractmethod
    def files(self, root: Path) -> tuple[Path, ...]:
        """The files behind it, sorted; a glob or folder is resolved. Raises `FileNotFoundError` naming the pattern."""

    @abstractmethod
    def rows(self, file: Path, name: str) -> Iterator[RawRow | BadRow]:
        """The rows of one file in order, under the file's shown name."""

    def pinned(self) -> str | None:
        """A name that pins the content of every file (a commit), or None when the files must be hashed."""
        return None

    def shown(self, file: Path, root: Path) -> str:
        """The name of one of its files: relative to the spec's folder, with forward slashes."""
        import os

        return Path(os.path.relpath(file, root)).as_posix()
