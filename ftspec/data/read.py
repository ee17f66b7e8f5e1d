"""The rows of a source, and what is wrong with some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ftspec.data import codes
from ftspec.data.faults import Fault
from ftspec.errors import CannotRun
from ftspec.kinds.sources import BadRow, RawRow, Source
from ftspec.plan.facts import FileFacts


@dataclass(frozen=True, slots=True)
class Read:
    """All rows of a source."""

    rows: list[RawRow]
    faults: list[Fault]


def read_rows(source: Source, files: Sequence[Path], root: Path) -> Read:
    """Every row of the files, in order."""
    rows: list[RawRow] = []
    faults: list[Fault] = []
    for file in files:
        for row in source.rows(file, source.shown(file, root)):
            if isinstance(row, BadRow):
                code = codes.BAD_ROW if row.number else codes.UNREADABLE_DATA
                faults.append(Fault(code, row.file, row.number, row.message, row.help, row.detail))
            else:
                rows.append(row)
    return Read(rows, faults)


def file_facts(source: Source, root: Path) -> tuple[FileFacts, ...]:
    """Each file with its hash. Raises FileNotFoundError naming the pattern, CannotRun where one cannot be read."""
    return tuple(hashed(file, source.shown(file, root)) for file in source.files(root))


def hashed(file: Path, name: str) -> FileFacts:
    """One file with its hash. Raises FileNotFoundError naming it, CannotRun where it cannot be read."""
    digest = sha256()
    size = 0
    try:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
                size += len(block)
    except FileNotFoundError as error:
        raise FileNotFoundError(name) from error
    except OSError as error:
        raise CannotRun(f"`{name}` cannot be read: {error.strerror}", "check the file's permissions") from error
    return FileFacts(path=name, sha256=digest.hexdigest(), bytes=size)
