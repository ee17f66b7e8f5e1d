"""A file as a list of rows for the formatter: statements, block ends, comments, and where blank lines stood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from ftspec.syntax.lexer import Token
from ftspec.syntax.terminals import CLOSERS, OPENERS


class Kind(Enum):
    """What a row is."""

    HEADER = auto()
    STATEMENT = auto()
    OPEN = auto()
    CLOSE = auto()
    COMMENT = auto()


@dataclass(slots=True)
class Row:
    """One statement, one `kind label {`, one `}` or one comment on its own line."""

    kind: Kind
    depth: int
    tokens: list[Token]
    """Without spaces. Newlines and comments only where they stand between brackets."""

    blank: bool
    """Whether a blank line stood before it."""

    comments: list[str] = field(default_factory=list)
    """Comments behind it on its line."""


def rows(tokens: list[Token]) -> list[Row]:
    """The rows of a file that parses."""
    return list(_Cutter(tokens).run())


class _Cutter:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.depth = 0
        self.brackets = 0
        self.breaks = 0
        self.current: list[Token] = []
        self.last: Row | None = None

    def run(self) -> Iterator[Row]:
        for token in self.tokens:
            match token.kind:
                case "SPACE" | "mark":
                    continue
                case "_NEWLINE" if not self.brackets:
                    yield from self._end()
                    self.breaks += 1
                case "COMMENT" if not self.brackets:
                    yield from self._comment(token)
                case "LBRACE":
                    yield from self._end(Kind.OPEN)
                    self.depth += 1
                case "RBRACE":
                    yield from self._end()
                    self.depth -= 1
                    yield self._row(Kind.CLOSE, [token])
                case _:
                    self.brackets += (token.kind in OPENERS) - (token.kind in CLOSERS)
                    self.current.append(token)
        yield from self._end()

    def _end(self, kind: Kind = Kind.STATEMENT) -> Iterator[Row]:
        if self.current:
            first = self.current[0].kind
            yield self._row(Kind.HEADER if first == "FTSPEC" else kind, self.current)
            self.current = []

    def _row(self, kind: Kind, tokens: list[Token]) -> Row:
        self.last = Row(kind, self.depth, tokens, self.breaks > 1)
        self.breaks = 0
        return self.last

    def _comment(self, token: Token) -> Iterator[Row]:
        yield from self._end()
        if self.last is not None and self.breaks == 0:
            self.last.comments.append(token.text.rstrip())
        else:
            yield self._row(Kind.COMMENT, [token])
