"""Rows as questions, and rows with another answer in the place of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftspec.data import Row, Turn


def before(row: Row) -> tuple[Turn, ...]:
    """What is said before a row's answer: the turns before the last trained one, or before a pair of answers."""
    from ftspec.data import branches

    turns = branches(row)[0]
    trained = [place for place, turn in enumerate(turns) if turn.trains]
    asked = turns[: trained[-1]] if trained else turns
    return tuple(replace(turn, role="user") if turn.role == "prompt" else turn for turn in asked)


def answered(row: Row, text: str) -> Row:
    """The row up to its last trained turn, which says `text`; a row without one ends with it."""
    from ftspec.data import Turn

    return replace(row, turns=(*before(row), Turn("assistant", text, True)))
