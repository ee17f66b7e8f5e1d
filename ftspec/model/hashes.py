"""SHA-256 of a file, kept in the user's cache so that gigabytes of weights are read once."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

from ftspec.syntax.cache import folder
from ftspec.text.files import write_atomic

_UNSETTLED = 2_000_000_000
"""A file written in the last two seconds may change again within one tick of its clock: it is not remembered."""


def sha256(path: Path) -> str:
    """The hash in hexadecimal. Raises OSError where the file cannot be read."""
    status = path.stat()
    identity = (os.path.realpath(path), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
    entry = _folder() / hashlib.sha256(repr(identity).encode()).hexdigest()[:32]
    kept = _kept(entry)
    if kept is not None:
        return kept
    with path.open("rb") as file:
        value = hashlib.file_digest(file, "sha256").hexdigest()
    if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) > _UNSETTLED:
        _keep(entry, value)
    return value


def _folder() -> Path:
    """Where hashes are kept; without a home, a folder that never exists."""
    return (folder() or Path("ftspec-without-a-home")) / "hashes"


def _kept(entry: Path) -> str | None:
    try:
        text = entry.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None
    return text if len(text) == 64 and not set(text) - set("0123456789abcdef") else None


def _keep(entry: Path, value: str) -> None:
    # A cache that cannot be written only costs the time to hash again.
    if folder() is None:
        return
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(entry, value)
    except OSError:
        return
