"""Turns of a template: `user "..."`, with no sign between the two."""

from __future__ import annotations

from ftspec.syntax.lines import ROLES
from ftspec.syntax.mistakes.quotes import missing_quotes
from ftspec.syntax.mistakes.trouble import Trouble, over, quoted, remove, replace, span
from ftspec.syntax.terminals import STRINGS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit


def without_quotes(trouble: Trouble) -> Diagnostic | None:
    """`system Answer with one queue`"""
    head = trouble.head
    if not head or head[0].text not in ROLES or trouble.open_brackets:
        return None
    if len(head) == 1 and trouble.kind in {"ASSIGN", "DOT", "END", "RBRACE", "quoted"} | STRINGS:
        return None
    if trouble.kind in STRINGS and len(head) == 2 and trouble.touches(head[1], trouble.token):  # `f"…"`
        return None
    if trouble.token.text == ":" or any(token.kind in STRINGS | {"ASSIGN"} for token in head):
        return None
    first, last = trouble.tokens[trouble.start + 1], trouble.tokens[-1]
    if first is last and first.kind == "NAME":
        text = f'"{{{{ {first.text} }}}}"'
        message = "the text of a turn stands in quotes, a field in double braces"
        return trouble.says(
            codes.MISSING_QUOTES, message, span(first), f"write `{head[0].text} {text}`", unsafe=replace(first, text)
        )
    return missing_quotes(trouble, first, last, "the text of a turn")


def called(trouble: Trouble) -> Diagnostic | None:
    """`assistant("{{ queue }}")`"""
    tokens = trouble.tokens
    kinds = [token.kind for token in tokens]
    if kinds not in (["NAME", "LPAR", "STRING", "RPAR"], ["NAME", "LPAR", "TRIPLE", "RPAR"]):
        return None
    if tokens[0].text not in ROLES:
        return None
    text = tokens[2].text if len(tokens[2].text) <= 40 and "\n" not in tokens[2].text else '"…"'
    return trouble.says(
        codes.WRONG_ASSIGNMENT,
        "a turn has no parentheses",
        over(tokens[1], tokens[3]),
        f"write `{tokens[0].text} {text}`",
        safe=(Edit(span(tokens[1]), " "), remove(tokens[3])),
    )


def sign_without_quotes(trouble: Trouble) -> Diagnostic | None:
    """`system: You answer politely.`"""
    tokens = trouble.tokens
    if (
        len(tokens) < 3
        or tokens[0].text not in ROLES
        or tokens[1].text != ":"
        or tokens[2].kind not in {"NAME", "word"}
    ):
        return None
    where = over(tokens[2], tokens[-1])
    text = quoted(trouble.source.text[where.start : where.end])
    shown = text if len(text) <= 60 else '"…"'
    return trouble.says(
        codes.WRONG_ASSIGNMENT,
        "a turn has no `:`, and its text stands in quotes",
        over(tokens[1], tokens[-1]),
        f"write `{tokens[0].text} {shown}`",
        unsafe=(Edit(span(tokens[1]), ""), Edit(where, text)),
    )


def braces(trouble: Trouble) -> Diagnostic | None:
    """`user {{ body }}`"""
    kinds = [token.kind for token in trouble.tokens[:3]]
    if kinds != ["NAME", "LBRACE", "LBRACE"] or trouble.tokens[0].text not in ROLES:
        return None
    return missing_quotes(trouble, trouble.tokens[1], trouble.tokens[-1], "the text of a turn")


def sign(trouble: Trouble) -> Diagnostic | None:
    """`user: "{{ body }}"` and, in a template, `user = "{{ body }}"`"""
    tokens = trouble.tokens
    if len(tokens) != 3 or tokens[0].text not in ROLES or tokens[2].kind not in STRINGS:
        return None
    if tokens[1].text != ":" and not (tokens[1].kind == "ASSIGN" and trouble.engine.enclosing() == "template"):
        return None
    return trouble.says(
        codes.WRONG_ASSIGNMENT,
        f"a turn has no `{tokens[1].text}`",
        over(tokens[1], tokens[1]),
        f'write `{tokens[0].text} "…"`',
        safe=remove(tokens[1]),
    )


FIRST = (called,)
MISTAKES = (without_quotes,)
SUSPECTS = (braces, sign, sign_without_quotes)
