"""A row of data: what the file says, and the turns it is rendered into."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ftspec.kinds.labels import label_of


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

    used: tuple[str, ...] = ()
    """The fields that a template writes; empty where the row brings its own turns."""

    asked: tuple[str, ...] = ()
    """Those of them that are in turns which ask."""

    @property
    def place(self) -> str:
        """For people: `data/tickets.jsonl row 7`."""
        return f"{self.file} row {self.number}"

    @property
    def text(self) -> str:
        """All that is said, turn by turn."""
        return "\n".join(turn.text for turn in self.turns)

    @property
    def content(self) -> str:
        """What the row itself brings, without what a template or a system turn says in every row."""
        if self.used:
            return "\n".join(texts([self.fields.get(name) for name in self.used]))
        return "\n".join(turn.text for turn in self.turns if turn.role != "system")

    @property
    def question(self) -> str:
        """What the row itself asks, without what a template, its examples or a system turn add."""
        if self.asked:
            return "\n".join(texts([self.fields.get(name) for name in self.asked]))
        return "\n".join(turn.text for turn in self.turns if not turn.trains and turn.role != "system")

    @property
    def answer(self) -> str:
        """What the last trained turn says; the label of a row that has one; else nothing."""
        trained = [turn.text for turn in self.turns if turn.trains]
        if trained:
            return trained[-1]
        label = label_of(self.fields)
        return "" if label is None else str(label)


def texts(value: Any) -> Iterable[str]:
    """Every text inside a JSON value, in order; a number or a date is one as it is written."""
    match value:
        case str():
            yield value
        case Mapping():
            for item in value.values():
                yield from texts(item)
        case list() | tuple():
            for item in value:
                yield from texts(item)
        case None:
            return
        case _:
            yield str(value)


def content_hash(fields: Mapping[str, Any]) -> str:
    """16 hexadecimal digits of the SHA-256 of a row's fields, whatever their order."""
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def content_of(item: str) -> str:
    """The content hash in an item, without what tells copies apart."""
    return item.partition("-")[0]


def named(hashes: Iterable[str]) -> list[str]:
    """Unique names for rows with these content hashes: later copies get `-2`, `-3`, …"""
    seen: dict[str, int] = {}
    names = []
    for each in hashes:
        seen[each] = seen.get(each, 0) + 1
        names.append(each if seen[each] == 1 else f"{each}-{seen[each]}")
    return names
