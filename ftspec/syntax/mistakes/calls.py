"""Calls: without parentheses, in other brackets, with a dot in the name; rules that lack their verb."""

from __future__ import annotations

from ftspec.syntax.lexer import Token
from ftspec.syntax.mistakes.quotes import NUMBERS
from ftspec.syntax.mistakes.trouble import Trouble, insert, over, replace, span
from ftspec.syntax.terminals import COMPARISONS, SPLITS, STRINGS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit

_JUDGED = frozenset({"gates", "budget", "policy"})
"""Blocks that hold rules."""


def other_brackets(trouble: Trouble) -> Diagnostic | None:
    """`lora{rank = 16}`, `lora[rank = 16]`, `tickets[0]`"""
    name = trouble.ahead(-1)
    if trouble.kind not in {"LBRACE", "LSQB"} or name.kind != "NAME" or not _in_value(trouble):
        return None
    if trouble.kind == "LSQB" and trouble.ahead(1).kind == "NUMBER" and trouble.ahead(2).kind == "RSQB":
        help = "a split is named: `tickets.test`"
        return trouble.says(codes.STRAY_BRACKET, "there is no indexing", help=help)
    key = trouble.ahead(1).text.strip("\"'")
    is_key = key in SPLITS or (trouble.ahead(1).kind in STRINGS | {"quoted"} and key.isidentifier())
    if trouble.kind == "LSQB" and is_key and trouble.ahead(2).kind == "RSQB":
        path = Edit(over(trouble.token, trouble.ahead(2)), f".{key}")
        return trouble.says(codes.STRAY_BRACKET, "there is no indexing", help=f"write `{name.text}.{key}`", safe=path)
    closing = _closing(trouble, {"LBRACE": "RBRACE", "LSQB": "RSQB"}[trouble.kind])
    arguments = "…" if closing is None else trouble.excerpt(trouble.token.end, closing.start)
    return trouble.says(
        codes.STRAY_BRACKET,
        "the arguments of a call stand in `(` and `)`",
        help=f"write `{name.text}({arguments})`",
        safe=() if closing is None else (replace(trouble.token, "("), replace(closing, ")")),
    )


def _in_value(trouble: Trouble) -> bool:
    return trouble.in_rule or any(token.kind == "ASSIGN" for token in trouble.head)


def _closing(trouble: Trouble, kind: str) -> Token | None:
    return next((token for token in trouble.tokens[trouble.at :] if token.kind == kind), None)


def without_parentheses(trouble: Trouble) -> Diagnostic | None:
    """`source = jsonl "data/x.jsonl"`, `require accuracy tickets.test >= 90%`"""
    name = trouble.ahead(-1)
    if name.kind != "NAME" or name.text == "not" or not _in_value(trouble):
        return None
    if name.text in NUMBERS and trouble.kind == "NAME":
        text, where = f"{NUMBERS.index(name.text)} {trouble.token.text}", over(name, trouble.token)
        message = "numbers are written in digits"
        return trouble.says(codes.MALFORMED_NUMBER, message, where, f"write `{text}`", safe=Edit(where, text))
    if trouble.ahead(-2).kind in {"DOT", "NUMBER"} or trouble.touches(name, trouble.token):
        return None
    if trouble.kind in STRINGS and not trouble.in_rule and not trouble.open_brackets:
        last = trouble.token
    elif trouble.kind == "NAME" and trouble.in_rule and _ends_reference(trouble) in COMPARISONS | {"END"}:
        last = trouble.ahead(_reference(trouble))
    else:
        return None
    argument = trouble.text(trouble.token, last)
    return trouble.says(
        codes.MISSING_PARENTHESES,
        "the arguments of a call stand in parentheses",
        over(name, last),
        f"write `{name.text}({argument})`",
        safe=Edit(over(name, last), f"{name.text}({argument})"),
    )


def _reference(trouble: Trouble) -> int:
    """How many tokens ahead the dotted name ends that starts where the parse stopped."""
    steps = 0
    while trouble.ahead(steps + 1).kind == "DOT" and trouble.ahead(steps + 2).kind == "NAME":
        steps += 2
    return steps


def _ends_reference(trouble: Trouble) -> str:
    return trouble.ahead(_reference(trouble) + 1).kind


def dotted_call(trouble: Trouble) -> Diagnostic | None:
    """`tickets.count()`, `f()()`"""
    if trouble.kind != "LPAR" or not _in_value(trouble):
        return None
    if trouble.ahead(-2).kind != "DOT" and trouble.ahead(-1).kind not in {"RPAR", "RSQB"}:
        return None
    return trouble.says(codes.BAD_NAME, "a call has a plain name", help="write `name(…)`")


def without_verb(trouble: Trouble) -> Diagnostic | None:
    """`memory <= 24GiB`, `accuracy(tickets.test) >= 90%`"""
    head = trouble.head
    if not head or head[0].kind != "NAME" or trouble.open_brackets or trouble.opens:
        return None
    if any(token.kind == "ASSIGN" for token in head) or not _compares(trouble):
        return None
    rule = trouble.source.text[head[0].start : trouble.tokens[trouble.stop - 1].end]
    edit = insert(head[0].start, "require ")
    judged = trouble.engine.enclosing() in _JUDGED
    return trouble.says(
        codes.FOREIGN_STATEMENT,
        "a rule starts with `require`, `warn` or `report`",
        span(head[0]),
        f"write `require {rule}`",
        safe=edit if judged else (),
        unsafe=edit,
    )


def _compares(trouble: Trouble) -> bool:
    if trouble.kind in COMPARISONS - {"EQUAL"}:
        return {token.kind for token in trouble.head} <= {"NAME", "DOT"}
    rest = trouble.tokens[trouble.at : trouble.stop]
    return trouble.kind == "LPAR" and len(trouble.head) == 1 and any(token.kind in COMPARISONS for token in rest)


FIRST = (without_verb,)
MISTAKES = (other_brackets, without_parentheses, dotted_call)
