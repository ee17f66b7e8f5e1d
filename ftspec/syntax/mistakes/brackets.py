"""Parentheses and square brackets that do not match."""

from __future__ import annotations

from ftspec.syntax.lexer import Token
from ftspec.syntax.mistakes.trouble import Trouble, insert, remove, replace, span
from ftspec.syntax.terminals import CLOSERS, OPENERS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic


def stray(trouble: Trouble) -> Diagnostic | None:
    """`a = 3)`, `f(a])`"""
    if trouble.kind not in CLOSERS:
        return None
    waiting = trouble.open_brackets
    if not waiting:
        return trouble.says(
            codes.STRAY_BRACKET,
            f"this `{trouble.token.text}` closes nothing",
            help="remove it",
            unsafe=remove(trouble.token),
        )
    if waiting[-1].kind == CLOSERS[trouble.kind]:
        return None
    due = OPENERS[waiting[-1].kind]
    closers = sum(token.kind in CLOSERS for token in trouble.tokens[trouble.at :])
    if closers < len(waiting):
        return unclosed_at(trouble, waiting[-1:])
    return trouble.says(
        codes.STRAY_BRACKET,
        f"`{waiting[-1].text}` is closed by `{due}`, not by `{trouble.token.text}`",
        help=f"write `{due}`",
        unsafe=replace(trouble.token, due),
        label=(span(waiting[-1]), "opened here"),
    )


def unclosed(trouble: Trouble) -> Diagnostic | None:
    """`lora(rank = 16` with nothing after it"""
    waiting = trouble.open_brackets
    if waiting and waiting[-1].kind == "LSQB" and trouble.kind == "ASSIGN" and trouble.ahead(-2).kind == "COMMA":
        return trouble.says(
            codes.UNCLOSED_BRACKET,
            "this `[` is never closed",
            span(waiting[-1]),
            "close it with `]`",
            unsafe=insert(trouble.ahead(-3).end, "]"),
        )
    if not waiting or trouble.kind not in {"END", "RBRACE", "LBRACE", "BECAUSE", "WHEN"} | _STATEMENTS:
        return None
    return unclosed_at(trouble, waiting)


def unclosed_at(trouble: Trouble, waiting: list[Token]) -> Diagnostic:
    """Brackets that should have been closed where the parse stopped."""
    end = trouble.ahead(-1).end
    closers = "".join(OPENERS[token.kind] for token in reversed(waiting))
    return trouble.says(
        codes.UNCLOSED_BRACKET,
        f"this `{waiting[-1].text}` is never closed",
        span(waiting[-1]),
        f"close it with `{OPENERS[waiting[-1].kind]}`",
        unsafe=insert(end, closers),
    )


_STATEMENTS = frozenset({"REQUIRE", "WARN", "REPORT", "WAIVE", "LET", "IMPORT"})

MISTAKES = (stray, unclosed)
