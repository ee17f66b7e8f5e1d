"""Values that are missing, or that the language does not have."""

from __future__ import annotations

from ftspec.syntax.mistakes.trouble import END, OPERATORS, RULES, Trouble, span
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic


def missing(trouble: Trouble) -> Diagnostic | None:
    """`length =`, `a + `, `require`"""
    before = trouble.ahead(-1)
    if trouble.kind not in {"END", "RBRACE", "RPAR", "RSQB", "COMMA", "BECAUSE", "WHEN"} or before is END:
        return None
    if before.kind == "BECAUSE":
        return trouble.says(codes.MISSING_REASON, "`because` gives no reason", span(before), 'write `because "…"`')
    if before.kind in RULES | {"WAIVE"}:
        return trouble.says(codes.MISSING_VALUE, f"`{before.text}` has no rule", span(before), f"write `{before.text} …`")
    if before.kind in OPERATORS | {"ASSIGN", "WHEN", "EXTENDS", "DOT", "LET", "AS"}:
        return trouble.says(
            codes.MISSING_VALUE, f"nothing stands after `{before.text}`", span(before), _due(before.kind)
        )
    return None


def _due(kind: str) -> str:
    return {
        "ASSIGN": "write a value; to take the default, leave the line out",
        "EXTENDS": "write the label that it extends",
        "AS": "write a name",
        "DOT": "write a name",
    }.get(kind, "write a value")


def waiver_without_reason(trouble: Trouble) -> Diagnostic | None:
    """`waive pinned`"""
    if trouble.kind != "END" or not trouble.head or trouble.head[0].kind != "WAIVE" or len(trouble.head) < 2:
        return None
    return trouble.says(
        codes.MISSING_REASON,
        "a waiver gives its reason",
        span(trouble.head[0]),
        'write `waive … because "…"`',
    )


def reason_before_condition(trouble: Trouble) -> Diagnostic | None:
    """`require a because "b" when c`"""
    if trouble.kind != "WHEN" or not any(token.kind == "BECAUSE" for token in trouble.head):
        return None
    return trouble.says(codes.UNEXPECTED, "`when` stands before `because`", help='write `require … when … because "…"`')


def unknown_character(trouble: Trouble) -> Diagnostic | None:
    """`$HOME`, `@`"""
    if trouble.kind not in {"junk", "word", "blank"}:
        return None
    text = trouble.token.text
    help = "specs read no environment: write the value" if text == "$" else "only strings and comments may hold it"
    return trouble.says(codes.UNKNOWN_CHARACTER, f"`{text}` means nothing here", help=help)


MISTAKES = (missing, waiver_without_reason, reason_before_condition, unknown_character)
