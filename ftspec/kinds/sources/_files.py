"""What sources that read local files share: finding, opening and bounding them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Annotated, Any, ClassVar

from pydantic import Field

from ftspec.errors import CannotRun
from ftspec.kinds.sources import BadRow, RawRow, Source
from ftspec.kinds.sources._zstd import open_zstd
from ftspec.spec.types import InRepository

MAX_LINE = 64 << 20
"""The longest line or row that is read: 64 MiB."""

_GLOB = frozenset("*?[")


class FileSource(Source):
    """A source of local files."""

    positional: ClassVar[tuple[str, ...]] = ("path",)
    suffixes: ClassVar[tuple[str, ...]]
    """The names a folder is searched for, `.gz` and its like aside."""

    path: Annotated[str, InRepository(), Field(min_length=1)]
    """A file, a folder, or a glob such as `"data/*.jsonl"`; relative to the spec's folder."""

    def files(self, root: Path) -> tuple[Path, ...]:
        """The files, sorted by name. Raises `FileNotFoundError` naming the pattern."""
        path = root / self.path
        if path.is_file():
            return (path,)
        if path.is_dir():
            found = [each for each in path.rglob("*") if each.is_file() and self._fits(each)]
            wanted = f"{self.path}/**/*{self.suffixes[0]}"
        elif _GLOB & set(self.path):
            found = [each for each in root.glob(self.path) if each.is_file()]
            wanted = self.path
        elif path.exists():
            raise CannotRun(f"`{self.path}` is neither a file nor a folder", "name a file that can be read twice")
        else:
            raise FileNotFoundError(self.path)
        if not found:
            raise FileNotFoundError(wanted)
        return tuple(sorted(found))

    def rows(self, file: Path, name: str) -> Iterator[RawRow | BadRow]:
        """The rows of one file; what is wrong with the file as a whole is a `BadRow` with number 0."""
        try:
            yield from self.parsed(file, name)
        except _damages() as error:
            yield BadRow(name, 0, f"cannot be read: {error}", "the file is damaged or not what its name says")

    @abstractmethod
    def parsed(self, file: Path, name: str) -> Iterator[RawRow | BadRow]:
        """The rows of one file; may raise OSError."""

    def _fits(self, file: Path) -> bool:
        return plain_suffix(file) in self.suffixes and not file.name.startswith(".")


def _open_gzip(path: Path) -> Any:
    import gzip

    return gzip.open(path)


def _open_bz2(path: Path) -> Any:
    import bz2

    return bz2.open(path)


def _open_xz(path: Path) -> Any:
    import lzma

    return lzma.open(path)


_OPENERS: dict[str, Callable[[Path], Any]] = {
    ".gz": _open_gzip,
    ".bz2": _open_bz2,
    ".xz": _open_xz,
    ".zst": open_zstd,
}


def _damages() -> tuple[type[Exception], ...]:
    """What reading a damaged file raises; looked up only when something was raised."""
    from lzma import LZMAError

    return EOFError, OSError, LZMAError


def plain_suffix(file: Path) -> str:
    """What a file's name ends in, a suffix of compression aside: `.jsonl` for `rows.jsonl.gz`."""
    return (file.with_suffix("") if file.suffix in _OPENERS else file).suffix


def opened(path: Path) -> IO[bytes]:
    """The bytes of a file, decompressed when its name says that it is compressed."""
    opener = _OPENERS.get(path.suffix)
    found: IO[bytes] = path.open("rb") if opener is None else opener(path)
    return found


def lines(path: Path, name: str) -> Iterator[tuple[int, str] | BadRow]:
    """Each line with its number from 1, without its end; lines that are too long or not UTF-8 are bad rows.

    A file of another encoding, or of another kind than its name says, is one bad row, with number 0.
    """
    with opened(path) as file:
        number = 0
        if (kind := _other_kind(path, name)) is not None:
            yield kind
            return
        while line := file.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                yield _too_long(name, number)
                _skip_line(file, line)
                continue
            found = decoded(line.rstrip(b"\r\n"), name, number)
            yield found
            if isinstance(found, BadRow) and not found.number:
                return


_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "is compressed with gzip", "let its name end in `.gz`"),
    (b"BZh", "is compressed with bzip2", "let its name end in `.bz2`"),
    (b"\xfd7zXZ", "is compressed with xz", "let its name end in `.xz`"),
    (b"\x28\xb5\x2f\xfd", "is compressed with Zstandard", "let its name end in `.zst`"),
    (b"PK\x03\x04", "is a ZIP archive or an Excel workbook", "unpack it, or save the table as CSV"),
    (b"PAR1", "is Parquet", "read it with `parquet(…)`"),
    (b"version https://git-lfs", "is a pointer of Git LFS, and not the file", "fetch it with `git lfs pull`"),
    (b"<!doctype html", "is a web page", "fetch the file itself: this is what a server answered in its place"),
    (b"<html", "is a web page", "fetch the file itself: this is what a server answered in its place"),
)
"""How files begin that are something else than rows, what they are, and what to do."""


def _other_kind(path: Path, name: str) -> BadRow | None:
    if path.suffix in _OPENERS:
        return None
    with path.open("rb") as file:
        start = file.read(32).lower()
    found = (BadRow(name, 0, what, help) for magic, what, help in _KINDS if start.startswith(magic.lower()))
    return next(found, None)


def decoded(data: bytes, name: str, number: int) -> tuple[int, str] | BadRow:
    """UTF-8 text, a byte order mark on the first line aside."""
    if number == 1:
        if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
            return BadRow(name, 0, "is UTF-32 text", "save the file as UTF-8")
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return BadRow(name, 0, "is UTF-16 text", "save the file as UTF-8")
        data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return number, data.decode("utf-8")
    except UnicodeDecodeError as error:
        guess = data[max(0, error.start - 12) : error.start + 12].decode("cp1252", "replace")
        detail = f"byte 0x{data[error.start]:02x} at position {error.start + 1}"
        help = f"save the file as UTF-8; as Windows-1252 it reads “{guess}”"
        return BadRow(name, number, "is not UTF-8", help, detail, data.decode("utf-8", "replace"))


def _too_long(name: str, number: int) -> BadRow:
    help = "write one row a line; a whole file of JSON is `json(…)`"
    return BadRow(name, number, f"is longer than {MAX_LINE >> 20} MiB", help)


def _skip_line(file: IO[bytes], line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(MAX_LINE)
