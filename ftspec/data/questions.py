"""What is worth knowing of what rows ask: nothing at all, or a field that is now a text and now something else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.data import codes
from ftspec.data.note import Note
from ftspec.kinds.sources._json import NAMES

if TYPE_CHECKING:
    from ftspec.data.prepared import Prepared
    from ftspec.data.row import Row

_ASKING = frozenset({"prompt_completion", "chat", "preference", "unpaired", "prompt"})

_ROLES = frozenset({"user", "prompt", "tool"})
"""Who asks; in a template without any of them the system's turn does."""


def about_questions(name: str, prepared: Prepared) -> list[Note]:
    """All of it."""
    rows = sorted((row for part in prepared.parts.values() for row in part), key=lambda row: (row.file, row.number))
    return _empty_prompts(name, prepared, rows) + _mixed_types(name, rows)


def _empty_prompts(name: str, prepared: Prepared, rows: Sequence[Row]) -> list[Note]:
    """Rows whose answer follows on nothing."""
    asks_by_system = bool(prepared.template) and not any(role in _ROLES for role, _ in prepared.template)
    if prepared.format not in _ASKING or asks_by_system:
        return []
    asking = [row for row in rows if any(turn.role != "text" for turn in row.turns)]
    empty = [row for row in asking if not any(_asks(turn.role, turn.text) for turn in row.turns)]
    if not empty:
        return []
    have = "asks" if len(empty) == 1 else "ask"
    message = f"{len(empty)} of {len(rows)} rows of `{name}` {have} nothing: {_shown(empty)}"
    help = "fill them in, or drop such rows: `clean { drop_missing = true }`; their answers are learned for any prompt"
    return [Note(codes.EMPTY_PROMPTS, message, help, f"data.{name}.source")]


def _asks(role: str, text: str) -> bool:
    return role in _ROLES and bool(text.strip())


def _mixed_types(name: str, rows: Sequence[Row]) -> list[Note]:
    """Fields of a template that hold values of several kinds."""
    found: list[Note] = []
    for field in dict.fromkeys(field for row in rows for field in row.used):
        kinds: dict[str, list[Row]] = {}
        for row in rows:
            if row.fields.get(field) is not None:
                kinds.setdefault(NAMES.get(type(row.fields[field]), "an object"), []).append(row)
        if len(kinds) > 1:
            usual, *others = sorted(kinds, key=lambda kind: -len(kinds[kind]))
            said = "; ".join(f"{kind} in {len(kinds[kind])}: {_shown(kinds[kind])}" for kind in others)
            message = f"`{field}` is {usual} in {len(kinds[usual])} rows of `{name}`, and {said}"
            help = "write it in one way: the template writes each as it comes"
            found.append(Note(codes.MIXED_TYPES, message, help, f"data.{name}.source"))
    return found


def _shown(rows: Sequence[Row]) -> str:
    return ", ".join(row.place for row in rows[:3]) + (f" and {len(rows) - 3} more" if len(rows) > 3 else "")
