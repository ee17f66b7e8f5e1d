"""Tools that rows offer and the chat template leaves out: the model then learns to call what it was never told of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.data import codes
from ftspec.data.note import Note
from ftspec.model.chat import TemplateFault

if TYPE_CHECKING:
    from ftspec.data.pairs import Pair
    from ftspec.data.row import Row
    from ftspec.model.tokenizer import Tokenizer

_LOOKED_AT = 20
"""Rows that are rendered twice to see whether their tools make a difference."""


def about_tools(pair: Pair, rows: Sequence[Row], tokenizer: Tokenizer) -> list[Note]:
    """The advice on rows that a train learns from."""
    offering = [row for row in rows if row.tools and any(turn.role != "text" for turn in row.turns)]
    if not offering or any(_writes(row, tokenizer) for row in offering[:_LOOKED_AT]):
        return []
    count = f"1 row of {pair.title} offers" if len(offering) == 1 else f"{len(offering)} rows of {pair.title} offer"
    message = f"{count} tools, and the chat template of `{pair.model}` writes none of them: {offering[0].place}"
    help = "put a template that writes tools in its place, `chat_template` in the `model` block, or leave out `tools`"
    return [Note(codes.TOOLS_UNSAID, message, help, f"model.{pair.model}")]


def _writes(row: Row, tokenizer: Tokenizer) -> bool:
    from ftspec.data.drafting import writes_tools

    try:
        return writes_tools(row, tokenizer)
    except TemplateFault:
        return True
