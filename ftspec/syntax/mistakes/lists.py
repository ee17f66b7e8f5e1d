"""Lists: in other brackets, or in none."""

from __future__ import annotations

from ftspec.syntax.lexer import Token
from ftspec.syntax.mistakes.trouble import Trouble, insert, over, replace
from ftspec.syntax.terminals import CLOSERS, OPENERS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit
from ftspec.text.source import Span


def set_literal(trouble: Trouble) -> Diagnostic | None:
    """`targets = {q, v}`"""
    if trouble.kind != "LBRACE" or trouble.ahead(-1).kind not in {"ASSIGN", "LPAR", "LSQB", "COMMA"}:
        return None
    if trouble.ahead(1).kind == "LBRACE" and trouble.ahead(3).kind == trouble.ahead(4).kind == "RBRACE":
        where, name = over(trouble.token, trouble.ahead(4)), trouble.ahead(2).text
        message, help = "`{{ … }}` stands in templates alone", f"write `{name}`"
        return trouble.says(codes.MAP_LITERAL, message, where, help, unsafe=Edit(where, name))
    inside: list[Token] = []
    for token in trouble.tokens[trouble.at + 1 :]:
        if token.kind == "RBRACE":
            if any(each.kind == "ASSIGN" or each.text == ":" for each in inside) or not inside:
                return None
            if [each.kind for each in inside] == ["NUMBER"]:
                where = Span(trouble.token.start, token.end)
                edit = Edit(where, inside[0].text)
                message = "a value stands without braces"
                return trouble.says(codes.MAP_LITERAL, message, where, f"write `{inside[0].text}`", safe=edit)
            edits = (replace(trouble.token, "["), replace(token, "]"))
            help = f"write `[{trouble.excerpt(trouble.token.end, token.start)}]`"
            return trouble.says(codes.BARE_LIST, "a list stands in `[` and `]`", help=help, safe=edits)
        inside.append(token)
    return None


def empty_tuple(trouble: Trouble) -> Diagnostic | None:
    """`targets = ()`"""
    before = trouble.ahead(-1)
    if trouble.kind != "RPAR" or before.kind != "LPAR":
        return None
    where = over(before, trouble.token)
    return trouble.says(codes.BARE_LIST, "an empty list is `[]`", where, "write `[]`", safe=Edit(where, "[]"))


def tuple_list(trouble: Trouble) -> Diagnostic | None:
    """`betas = (0.9, 0.95)`"""
    waiting = trouble.open_brackets
    if trouble.kind != "COMMA" or not waiting or waiting[-1].kind != "LPAR":
        return None
    opening = trouble.tokens.index(waiting[-1])
    if opening and trouble.tokens[opening - 1].kind == "NAME":
        return None
    closing = _closing(trouble)
    items = "…" if closing is None else trouble.excerpt(waiting[-1].end, closing.start)
    return trouble.says(
        codes.BARE_LIST,
        "a list stands in `[` and `]`",
        over(waiting[-1], trouble.token if closing is None else closing),
        f"write `[{items}]`",
        safe=() if closing is None else (replace(waiting[-1], "["), replace(closing, "]")),
    )


def bare_list(trouble: Trouble) -> Diagnostic | None:
    """`betas = 0.9, 0.95`"""
    head = trouble.head
    assign = next((at for at, token in enumerate(head) if token.kind == "ASSIGN"), None)
    if trouble.kind != "COMMA" or trouble.open_brackets or assign is None or assign + 1 >= len(head):
        return None
    first, last = head[assign + 1], trouble.tokens[trouble.stop - 1]
    where = over(first, last)
    tail, end = ("", []) if last.kind == "RSQB" else ("]", [insert(where.end, "]")])
    return trouble.says(
        codes.BARE_LIST,
        "a list stands in brackets",
        where,
        f"write `[{_short(trouble, where)}{tail}`",
        safe=(insert(where.start, "["), *end),
    )


def _closing(trouble: Trouble) -> Token | None:
    """The bracket that closes the innermost one open."""
    depth = 0
    for token in trouble.tokens[trouble.at :]:
        depth += (token.kind in OPENERS) - (token.kind in CLOSERS)
        if depth < 0:
            return token
    return None


def _short(trouble: Trouble, where: Span) -> str:
    text = trouble.source.text[where.start : where.end]
    return text if len(text) <= 40 and "\n" not in text else "…"


FIRST = (set_literal, empty_tuple)
MISTAKES = (tuple_list, bare_list)
