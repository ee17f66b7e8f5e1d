"""Comments of other languages, where the lexer could not tell: `-- text`."""

from __future__ import annotations

from ftspec.syntax.mistakes.trouble import Trouble, over
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit
from ftspec.text.source import Span


def dashes(trouble: Trouble) -> Diagnostic | None:
    """`-- text` at the end of a line or on its own"""
    tokens = trouble.tokens
    for at in range(trouble.start, min(trouble.at, len(tokens) - 1) + 1):
        if at + 1 >= len(tokens) or not (tokens[at].kind == tokens[at + 1].kind == "MINUS"):
            continue
        after = trouble.source.text[tokens[at + 1].end : tokens[at + 1].end + 1]
        if trouble.touches(tokens[at], tokens[at + 1]) and after.isspace():
            where = Span(tokens[at].start, tokens[at + 1].end)
            rest = over(tokens[at], tokens[-1])
            text = trouble.source.text[where.end : rest.end]
            return trouble.says(
                codes.FOREIGN_COMMENT, "`--` starts no comment", where, "write `#`", safe=Edit(rest, f"#{text}")
            )
    return None


MISTAKES = (dashes,)
