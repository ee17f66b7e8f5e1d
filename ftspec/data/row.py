"""A row of data: what the file says, and the turns it is rendered into."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a row."""

    role: str
    """`system`, `user`, `assistant`, `tool`; `text` for plain text; `chosen` and `rejected` for preferences."""

    text: str
    trains: bool
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What else a message carries: `tool_calls`, `name`, `reasoning_content`, …"""

    @property
    def message(self) -> dict[str, Any]:
        """The turn as chat templates take it."""
        return {"role": self.role, "content": self.text, **self.extra}


@dataclass(frozen=True, slots=True)
class Row:
    """One row, cleaned and rendered."""

    item: str
    """Names the row by its content: 16 hexadecimal digits, with `-2`, `-3` … for later copies of the same content."""

    file: str
    number: int
    """Counted from 1, in the file."""

    fields: Mapping[str, Any]
    turns: tuple[Turn, ...]
    tools: tuple[Any, ...] = ()
    """JSON Schemas of the functions that the assistant may call."""

    bare: bool = False
    """Whether prompt and completion are strings that a model without chat template reads one after the other."""

    @property
    def place(self) -> str:
        """For people: `data/tickets.jsonl row 7`."""
        return f"{self.file} row {self.number}"

    @property
    def text(self) -> str:
        """All that is said, turn by turn."""
        return "\n".join(turn.text for turn in self.turns)


def content_hash(fields: Mapping[str, Any]) -> str:
    """16 hexadecimal digits of the SHA-256 of a row's fields, whatever their order."""
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def named(hashes: Iterable[str]) -> list[str]:
    """Unique names for rows with these content hashes: later copies get `-2`, `-3`, …"""
    seen: dict[str, int] = {}
    names = []
    for each in hashes:
        seen[each] = seen.get(each, 0) + 1
        names.append(each if seen[each] == 1 else f"{each}-{seen[each]}")
    return names
