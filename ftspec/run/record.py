"""`record.jsonl`: what happened, appended as it happens. Each line holds a hash of itself and of those before it."""

from __future__ import annotations

import json
import math
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from ftspec.text.chain import chained, last, lines_of

_LASTING = frozenset(
    {"run_started", "step_finished", "checkpoint", "verdict", "stopped", "failed", "run_finished", "written"}
)
"""Events after which the file is forced to the disk; the others may be lost with the machine, not with the process."""


class Record:
    """The record of one run. Every line is one JSON object with `event` and `time` (UTC, ISO 8601)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._end_torn_line(path)
        self._chain = last(lines_of(path.read_bytes())) if path.is_file() else ""
        self._file: IO[str] = path.open("a", encoding="utf-8")

    def write(self, event: str, **fields: Any) -> None:
        """Append one event. A number that is not finite is written as null: JSON has none."""
        line = {"event": event, "time": datetime.now(UTC).isoformat(timespec="milliseconds"), **fields}
        text = json.dumps({key: _finite(value) for key, value in line.items()}, ensure_ascii=False, allow_nan=False)
        line_text, self._chain = chained(text, self._chain)
        self._file.write(line_text + "\n")
        self._file.flush()
        if event in _LASTING:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    @staticmethod
    def _end_torn_line(path: Path) -> None:
        """A killed process may have left half a line; the next event starts on its own."""
        if path.is_file() and path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            with path.open("ab") as file:
                file.write(b"\n")


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
