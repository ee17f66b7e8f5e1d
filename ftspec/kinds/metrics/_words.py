"""Lists that a user names."""

from __future__ import annotations

from pathlib import Path

from ftspec.kinds.metrics import NotComputable


def lines_of(path: str) -> list[str]:
    """The lines of a text file, without empty ones and those that begin with `#`."""
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotComputable(f"{Path(path).name} cannot be read: {_reason(error)}") from error
    lines = [line.strip() for line in text.splitlines()]
    kept = [line for line in lines if line and not line.startswith("#")]
    if not kept:
        raise NotComputable(f"{Path(path).name} has no line")
    return kept


def _reason(error: OSError | UnicodeDecodeError) -> str:
    """Without the path, which is this machine's."""
    return (error.strerror or "").lower() if isinstance(error, OSError) else "it is not UTF-8 text"
