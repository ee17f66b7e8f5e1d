"""A small cache in the user's own cache folder. Losing it, or finding it damaged, costs time and nothing else."""

from __future__ import annotations

import json
import os
import sys
import zlib
from pathlib import Path
from typing import Any

from ftspec.text.files import write_atomic


def folder() -> Path | None:
    """Where this platform keeps caches: XDG_CACHE_HOME, ~/Library/Caches, %LOCALAPPDATA%; None without a home."""
    asked = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None)
    if asked and os.path.isabs(asked):
        return Path(asked) / "ftspec"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "ftspec"


def read(grammar: str, layout: int) -> dict[str, Any] | None:
    """What was written for this grammar text and layout; None where nothing usable is there."""
    path = _path(grammar, layout)
    if path is None:
        return None
    try:
        check, _, body = path.read_bytes().partition(b"\n")
        if int(check, 16) != zlib.crc32(body):
            return None
        held: dict[str, Any] = json.loads(body)
    except (OSError, ValueError):
        return None
    return held if held.pop("grammar", None) == grammar else None


def write(grammar: str, layout: int, content: dict[str, Any]) -> None:
    """Keep `content`; a folder that cannot be written means no cache."""
    path = _path(grammar, layout)
    if path is None:
        return
    body = json.dumps({**content, "grammar": grammar}, separators=(",", ":")).encode()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(path, b"%08x\n%s" % (zlib.crc32(body), body))
    except OSError:
        return


def _path(grammar: str, layout: int) -> Path | None:
    base = folder()
    if base is None or not _ours(base):
        return None
    return base / f"grammar-{layout}-{zlib.crc32(grammar.encode()):08x}.json"


def _ours(base: Path) -> bool:
    """Whether the folder is still to be made, or belongs to this user and no one else may write there."""
    try:
        state = base.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return os.name != "posix" or (state.st_uid == os.geteuid() and not state.st_mode & 0o022)
