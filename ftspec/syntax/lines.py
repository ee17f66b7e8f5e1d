"""The lines of a file as the parser sees them: tokens without trivia, and how far each line is indented."""

from __future__ import annotations

from functools import cached_property

from ftspec.syntax.lexer import TRIVIA, Token
from ftspec.syntax.terminals import RULES
from ftspec.text.frozen import frozen

ROLES = frozenset({"system", "user", "assistant", "text", "prompt", "chosen", "rejected"})
"""The words that may stand before a bare string: the turns of a template."""

_BREAKS = frozenset({"_NEWLINE", "return"})


@frozen
class Line:
    """One line with something on it. A triple-quoted string does not end its line."""

    tokens: tuple[Token, ...]
    indent: int

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its tokens."""
        return tuple([token.kind for token in self.tokens])

    @property
    def closes(self) -> bool:
        """Whether it starts with a closing brace."""
        return self.tokens[0].kind == "RBRACE"

    @property
    def is_statement(self) -> bool:
        """Whether it looks like the start of a statement: `name = …`, `KIND [label] {`, a rule, a turn."""
        first = self.tokens[0].kind
        if first in RULES or first in {"LET", "IMPORT", "WAIVE", "RBRACE"}:
            return True
        return first == "NAME" and (self._assigns or self.opens_block or self._is_turn)

    @property
    def _assigns(self) -> bool:
        at = 1
        while at + 1 < len(self.tokens) and self.tokens[at].kind == "DOT" and self.tokens[at + 1].kind == "NAME":
            at += 2
        return at < len(self.tokens) and self.tokens[at].kind == "ASSIGN" and self.tokens[-1].kind != "COMMA"

    @property
    def _is_turn(self) -> bool:
        return self.kinds[1:] in {("STRING",), ("TRIPLE",)} and self.tokens[0].text in ROLES

    @property
    def opens_block(self) -> bool:
        """Whether it is a block's header with its brace: `KIND [label] [extends REF] {`."""
        return self.tokens[-1].kind == "LBRACE" and is_header(self.tokens[:-1])


def is_header(tokens: tuple[Token, ...]) -> bool:
    """Whether tokens are `KIND [label] [extends REF]`."""
    kinds = [token.kind for token in tokens]
    if not kinds or kinds[0] != "NAME":
        return False
    rest = kinds[2:] if kinds[1:2] and kinds[1] in {"NAME", "STRING"} else kinds[1:]
    if not rest:
        return True
    return rest[0] == "EXTENDS" and len(rest) > 1 and set(rest[1::2]) <= {"NAME"} and set(rest[2::2]) <= {"DOT"}


def bracket_depth(depth: int, line: Line) -> int:
    """Brackets open after a line, from those before it. A block's start or end is never between brackets."""
    if line.closes or line.opens_block:
        return 0
    kinds = line.kinds
    change = kinds.count("LPAR") + kinds.count("LSQB") - kinds.count("RPAR") - kinds.count("RSQB")
    return max(0, depth + change)


def split(tokens: list[Token], text: str) -> list[Line]:
    """The lines that hold more than trivia."""
    found: list[Line] = []
    current: list[Token] = []
    start = 0
    for token in tokens:
        if token.kind in _BREAKS:
            if current:
                found.append(_line(current, start, text))
            current, start = [], token.end
        elif token.kind not in TRIVIA:
            current.append(token)
    if current:
        found.append(_line(current, start, text))
    return found


def _line(tokens: list[Token], start: int, text: str) -> Line:
    head = text[start : tokens[0].start]
    return Line(tuple(tokens), len(head.expandtabs(4)) if "\t" in head else len(head))
