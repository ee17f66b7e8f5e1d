"""Reading a spec and writing anything a user could lose."""

from __future__ import annotations

import os
from pathlib import Path

from ftspec.text import codes
from ftspec.text.diagnostic import Code, Diagnostic, Place
from ftspec.text.source import Source, Span
from ftspec.text.suggest import similar

MAX_BYTES = 1 << 20
"""The longest file that is read as a spec: 1 MiB."""

BYTE_ORDER_MARK = "\ufeff"


def write_atomic(path: str | os.PathLike[str], data: str | bytes) -> None:
    """Write `data` (text as UTF-8, line ends as they are) so that a reader sees the old file or the new one.

    A symlink stays one: the file it names is replaced. An existing file keeps its permissions.
    Raises OSError, with the old file untouched, where the folder cannot be written.
    """
    target = os.path.realpath(path)
    temporary = os.path.join(os.path.dirname(target), f".{os.urandom(8).hex()}.tmp")
    try:
        _write_synced(temporary, data.encode() if isinstance(data, str) else data)
        if os.path.exists(target):
            os.chmod(temporary, os.stat(target).st_mode & 0o7777)
        os.replace(temporary, target)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
    _sync_folder(os.path.dirname(target))


def _write_synced(path: str, data: bytes) -> None:
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: str) -> None:
    # The rename itself lasts only once the folder is on the disk; Windows has no such call.
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_source(path: str | os.PathLike[str]) -> Source | Diagnostic:
    """The text of a spec, or why it cannot be read. Line ends and a byte order mark stay in the text."""
    shown = shown_path(path)
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return _refuse(codes.MISSING_FILE, shown, "does not exist", neighbour(Path(path)) or _BEGIN)
    except (OSError, ValueError) as error:
        if os.path.isdir(path):
            return _refuse(codes.NOT_A_FILE, shown, "is a folder", "name a file that ends in `.ft`")
        reason = getattr(error, "strerror", None) or str(error)
        return _refuse(
            codes.UNREADABLE, shown, f"cannot be read: {reason.lower()}", "check where it leads to, and who may read it"
        )
    return decode(data, shown)


def shown_path(path: str | os.PathLike[str]) -> str:
    """A path as people see it: relative where it lies in the working directory, with forward slashes."""
    text = os.fspath(path)
    if os.path.isabs(text):
        here = os.getcwd().rstrip(os.sep) + os.sep
        text = text.removeprefix(here)
    return text.replace(os.sep, "/")


def decode(data: bytes, shown: str) -> Source | Diagnostic:
    """Bytes from anywhere, standard input or git, as a source called `shown`."""
    if len(data) > MAX_BYTES:
        return _refuse(codes.TOO_LARGE, shown, "is larger than 1 MiB", "a spec is short: keep rows in data files")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _refuse(codes.NOT_UTF8, shown, "is UTF-16 text", "save it as UTF-8")
    if b"\0" in data:
        return _refuse(codes.BINARY_FILE, shown, "is a binary file", "a spec is UTF-8 text")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"is not UTF-8: byte 0x{data[error.start]:02x} on line {line}"
        return _refuse(codes.NOT_UTF8, shown, problem, "save it as UTF-8")
    if not text.removeprefix(BYTE_ORDER_MARK).strip():
        return _refuse(
            codes.EMPTY_FILE, shown, "is empty", "start it with `ftspec 1`; `ftspec init` writes a whole spec"
        )
    return Source(shown, text)


_BEGIN = "correct the path, or begin with `ftspec init`"


def _refuse(code: Code, shown: str, problem: str, help: str | None) -> Diagnostic:
    # A source without text: the place names the file and nothing in it.
    return Diagnostic(code, f"`{shown}` {problem}", Place(Source(shown, ""), Span(0, 0)), help)


def neighbour(path: Path) -> str | None:
    """Which spec in the same folder has a name like that of one that is not there."""
    try:
        names = [entry.name for entry in os.scandir(path.parent) if entry.name.endswith(".ft")]
    except OSError:
        return None
    near = similar(path.name, names)
    return None if near is None else f"`{shown_path(path.parent / near)}` is there"
