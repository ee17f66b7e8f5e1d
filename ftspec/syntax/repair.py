"""The tokens of a statement as they would be after a fix.

The parser goes on from the very edits that are offered to the author, so that it reads what `check --fix` would leave.
Every token keeps its place in the file as it is; one that an edit put in covers what the edit replaced.
"""

from __future__ import annotations

from ftspec.syntax.lexer import TRIVIA, Token
from ftspec.syntax.lexer import tokens as scan
from ftspec.text.diagnostic import Edit, Fix

_BRACES = {"LBRACE": 1, "RBRACE": -1}


def repaired(tokens: list[Token], fix: Fix) -> list[Token] | None:
    """The tokens after a fix; None where it would open or close a block, which is not for one statement to do."""
    after = tokens
    for edit in fix.edits:
        after = _apply(after, edit)
    return after if _net(after) == _net(tokens) else None


def _net(tokens: list[Token]) -> int:
    return sum([_BRACES.get(token.kind, 0) for token in tokens])


def _apply(tokens: list[Token], edit: Edit) -> list[Token]:
    start, end = edit.span.start, edit.span.end
    first = next((at for at, token in enumerate(tokens) if token.end > start), len(tokens))
    after = next((at for at in range(first, len(tokens)) if tokens[at].start >= end), len(tokens))
    text = edit.text
    if start == end and first and tokens[first - 1].kind.startswith("open_") and tokens[first - 1].end == start:
        # Closing quotes: they and the open string are one token.
        first -= 1
        start, text = tokens[first].start, tokens[first].text + text
    put = [Token(each.kind, each.text, start, end) for each in scan(text) if each.kind not in TRIVIA]
    return tokens[:first] + put + tokens[after:]
