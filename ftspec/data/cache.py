"""What a survey found, kept by content in the user's cache folder: losing it costs time and nothing else.

The key covers the bytes of every file, the recipe, the tokenizer and ftspec's version, so one changed byte misses.
"""

from __future__ import annotations

import json
import os
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ftspec import __version__
from ftspec.resources import resource
from ftspec.syntax.cache import folder
from ftspec.text.files import write_atomic

_CODE = ("data", "model", "kinds/sources", "kinds/duplicates", "spec")
_PACKAGE = Path(__file__).parent.parent


def key(*parts: Any) -> str:
    """SHA-256 over JSON values and over the code that makes facts of them."""
    text = json.dumps([__version__, _code(), *parts], sort_keys=True, ensure_ascii=False, default=str)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _code() -> str:
    """Sizes and times of the files that decide about facts: a checkout changes while its version stays."""
    folders = [*(_PACKAGE / name for name in _CODE), resource("templates/prompts")]
    entries = sorted(
        (entry.name, entry.stat().st_size, entry.stat().st_mtime_ns)
        for folder in folders
        for entry in os.scandir(folder)
        if entry.name.endswith((".py", ".ft"))
    )
    return sha256(repr(entries).encode()).hexdigest()


def read(name: str) -> dict[str, Any] | None:
    """What was kept under a key, or None."""
    path = _path(name)
    if path is None:
        return None
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return record["value"] if isinstance(record, dict) and record.get("key") == name else None


def write(name: str, value: dict[str, Any]) -> None:
    """Keep a value; a folder that cannot be written means no cache."""
    path = _path(name)
    if path is None:
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(path, json.dumps({"key": name, "value": value}, ensure_ascii=False))
    except OSError:
        return


def _path(name: str) -> Path | None:
    base = folder()
    if base is None or not _is_ours(base / "data"):
        return None
    return base / "data" / name[:2] / f"{name}.json"


def _is_ours(path: Path) -> bool:
    """Whether the folder is still to be made, or belongs to this user and no one else may write there."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return os.name != "posix" or (state.st_uid == os.geteuid() and not state.st_mode & 0o022)
