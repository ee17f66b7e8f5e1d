"""The one thing the grammar cannot say: newlines between brackets do not count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ftspec.syntax.terminals import CLOSERS, OPENERS

if TYPE_CHECKING:
    from lark import Token


class Newlines:
    """Lark's `postlex` for ftspec.lark."""

    always_accept = ("_NEWLINE",)

    def process(self, stream: Iterable[Token]) -> Iterator[Token]:
        """The tokens without the newlines that stand between brackets."""
        depth = 0
        for token in stream:
            depth += (token.type in OPENERS) - (token.type in CLOSERS)
            if depth <= 0 or token.type != "_NEWLINE":
                yield token
