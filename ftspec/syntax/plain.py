"""A quick look that tells most statements from those that may be misread.

`ftspec.syntax.mistakes` looks closer, and is only imported where something is wrong or may be: a file without mistakes
is checked and formatted without it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ftspec.syntax.lexer import Token
from ftspec.syntax.lines import ROLES
from ftspec.syntax.terminals import STRINGS

CONTROL = frozenset(
    {"if", "elif", "else", "for", "while", "loop", "switch", "case", "return", "def", "fn", "func", "class"}
)
"""Words that other languages start a statement with, and that would read as kinds of block here."""


def is_plain(tokens: Sequence[Token]) -> bool:
    """Whether these tokens, if they parse, mean what they seem to."""
    before = ""
    for at, token in enumerate(tokens):
        kind = token.kind
        if kind == "OVER" or (kind == "MINUS" and before == "MINUS"):
            return False
        if kind == "NAME":
            if before == "NUMBER" and (token.text[0] in "_xob" or token.text in {"e", "E"}):
                return False
            starts = before in {"", "LBRACE", "RBRACE"}
            if starts and (token.text in CONTROL or not _starts_plainly(token, tokens[at + 1 : at + 3])):
                return False
        before = kind
    return True


def _starts_plainly(first: Token, rest: Sequence[Token]) -> bool:
    """Whether what follows the first word of a statement is no label of the wrong kind, and no turn that is none."""
    kinds = [token.kind for token in rest]
    if first.text == "goal":
        return kinds[:1] != ["NAME"]
    if first.text in ROLES:
        return kinds[:1] not in (["ASSIGN"], ["LBRACE"]) and (not rest or rest[0].text != ":")
    return not kinds or kinds[0] not in STRINGS
