"""One process in a run folder at a time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ftspec.errors import CannotRun


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder. Raises `CannotRun`, naming the process, when another one does.

    The lock is the operating system's and ends with the process, however it ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _take(handle):
            holder = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
            help = "wait for it to end, or name another folder with --run-dir"
            raise CannotRun(f"{folder} is in use by process {holder}", help=help)
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            # Far beyond the text, which must stay readable for the other process.
            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            os.lseek(handle, 0, os.SEEK_SET)
            return False
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
