"""Rows with another answer in the place of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftspec.data import Row


def answered(row: Row, text: str) -> Row:
    """The row up to its last trained turn, which says `text`; a row without one ends with it."""
    from ftspec.data import Turn

    trained = [place for place, turn in enumerate(row.turns) if turn.trains]
    before = row.turns[: trained[-1]] if trained else row.turns
    before = tuple(replace(turn, role="user") if turn.role == "prompt" else turn for turn in before)
    return replace(row, turns=(*before, Turn("assistant", text, True)))
