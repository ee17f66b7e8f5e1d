"""Comments of other languages, where the lexer could not tell: `-- text`."""

from __future__ import annotations

from ftspec.syntax.mistakes.trouble import Trouble, over
from ftspec.syntax.terminals import VALUE_ENDS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit


def dashes(trouble: Trouble) -> Diagnostic | None:
    """`-- text` on a line of its own, or where the parse stopped"""
    tokens = trouble.tokens
    found = next(
        (at for at in range(trouble.start, min(trouble.at + 1, len(tokens) - 1)) if _is_comment(trouble, at)), None
    )
    return None if found is None else _explain(trouble, found)


def trailing_dashes(trouble: Trouble) -> Diagnostic | None:
    """`packing = true -- text`, which would read as arithmetic"""
    tokens = trouble.tokens
    for at in range(1, len(tokens) - 1):
        if tokens[at - 1].kind in VALUE_ENDS and _is_comment(trouble, at):
            return _explain(trouble, at)
    return None


def _is_comment(trouble: Trouble, at: int) -> bool:
    first, second = trouble.tokens[at], trouble.tokens[at + 1]
    if not first.kind == second.kind == "MINUS" or not trouble.touches(first, second):
        return False
    return trouble.source.text[second.end : second.end + 1].isspace()


def _explain(trouble: Trouble, at: int) -> Diagnostic:
    where = over(trouble.tokens[at], trouble.tokens[at + 1])
    rest = over(trouble.tokens[at], trouble.tokens[-1])
    text = trouble.source.text[where.end : rest.end]
    return trouble.says(
        codes.FOREIGN_COMMENT, "`--` starts no comment", where, "write `#`", safe=Edit(rest, f"#{text}")
    )


MISTAKES = (dashes,)
SUSPECTS = (trailing_dashes,)
