"""Errors of the machine under us, as sentences: full and read-only disks, memory that ran out."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ftspec.errors import CannotRun, FtspecError, TrainingFailed

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_OCCUPIED = frozenset({errno.ENOTDIR, errno.EEXIST, errno.EISDIR})
_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory")
_DISK_WORDS = (
    "no space left",
    "file too large",
    "quota exceeded",
    "file write failed",
    "pytorchstreamwriter failed",
    "inline_container.cc",  # torch.save: "unexpected pos" of a file that came out too short
)


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turns what the machine refuses into `CannotRun` or `TrainingFailed`; everything else passes through."""
    try:
        yield
    except FtspecError:
        raise
    except Exception as error:
        fault = _fault(error, folder)
        if fault is None:
            raise
        raise fault from error


def _fault(error: Exception, folder: Path) -> FtspecError | None:
    text = str(error).lower()
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL or any(words in text for words in _DISK_WORDS):
        return _cannot_write(folder, "the disk is full", "free some space and run the same command again")
    place = Path(error.filename) if isinstance(error, OSError) and error.filename else folder
    if number in _OCCUPIED:
        return _cannot_write(place, "a file stands where a folder is needed", "name another folder with --run-dir")
    if number in _CLOSED:
        return _cannot_write(place, "it may not be written to", "make it writable, or name another with --run-dir")
    if isinstance(error, MemoryError) or any(words in text for words in _OUT_OF_MEMORY):
        help = "set a smaller micro_batch_size or max_length, gradient_checkpointing = true, or quantize the model"
        return TrainingFailed("memory ran out", help=help)
    return None


def _cannot_write(place: Path, why: str, help: str) -> CannotRun:
    return CannotRun(f"cannot write to {place}: {why}", help=f"{help}; finished steps and the last checkpoint are kept")
