"""Strings: left open, in other quotes, in none at all."""

from __future__ import annotations

from ftspec.syntax.lexer import Token
from ftspec.syntax.mistakes.trouble import END, STRINGS, Trouble, insert, over, quoted, replace, span
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit
from ftspec.text.source import Span


def open_string(trouble: Trouble) -> Diagnostic | None:
    """`"abc`"""
    token = next((each for each in trouble.tokens if each.kind == "open_string"), None)
    if token is None:
        return None
    where = Span(token.start, token.start + 1)
    if token.text.endswith("\\"):
        return trouble.says(codes.UNTERMINATED_STRING, "this string is never closed", where, "close it with `\"`")
    fix = insert(token.end, '"') if token.text[0] == '"' else replace(token, quoted(token.text[1:]))
    return trouble.says(
        codes.UNTERMINATED_STRING,
        "this string is never closed",
        where,
        'close it with `"`; a string of several lines stands between `"""`',
        unsafe=fix,
    )


def open_triple(trouble: Trouble) -> Diagnostic | None:
    '''`"""abc` to the end of the file.'''
    token = next((each for each in trouble.tokens if each.kind == "open_triple"), None)
    if token is None:
        return None
    margin = " " * trouble.indent
    return trouble.says(
        codes.UNTERMINATED_STRING,
        'this `"""` is never closed',
        Span(token.start, token.start + 3),
        'close it with `"""`',
        unsafe=() if token.text.endswith("\\") else insert(token.end, f'\n{margin}"""'),
    )


def other_quotes(trouble: Trouble) -> Diagnostic | None:
    """`'abc'`, “abc”, `abc` in backticks."""
    if trouble.kind != "quoted":
        return None
    token = trouble.token
    text = _unescaped(token.text[1:-1])
    name = {"'": "single quotes", "`": "backticks"}.get(token.text[0], "typographic quotes")
    return trouble.says(
        codes.WRONG_QUOTES,
        f"strings stand in double quotes, not in {name}",
        span(token),
        f"write `{_short(quoted(text))}`",
        safe=replace(token, quoted(text)),
    )


def _unescaped(text: str) -> str:
    return text.replace("\\'", "'")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + '…"'


def bare_address(trouble: Trouble) -> Diagnostic | None:
    """`https://example.org`"""
    if trouble.kind != "url":
        return None
    return missing_quotes(trouble, trouble.token, trouble.token, "an address")


_PATH_STARTS = frozenset({"OVER", "DOT", "TIMES", "foreign_number"})


def bare_path(trouble: Trouble) -> Diagnostic | None:
    """`path(./base)`, `jsonl(/data/x.jsonl)`, `text(*.txt)`"""
    before = trouble.ahead(-1).kind
    if before not in {"ASSIGN", "LPAR", "COMMA", "IMPORT", "LSQB"} and not trouble.token.text.startswith("~"):
        return None
    if trouble.kind not in _PATH_STARTS and trouble.token.text not in {"~"}:
        return None
    last = _glued(trouble, trouble.at)
    if last is trouble.token:
        return None
    return missing_quotes(trouble, trouble.token, last, "a path")


def _glued(trouble: Trouble, at: int) -> Token:
    """The last token of the word that starts at `at`: everything up to a space or a bracket."""
    stops = {"COMMA", "RPAR", "RSQB", "LPAR", "LSQB", "RBRACE", "LBRACE"}
    while at + 1 < len(trouble.tokens):
        token, after = trouble.tokens[at], trouble.tokens[at + 1]
        if not trouble.touches(token, after) or after.kind in stops:
            break
        at += 1
    return trouble.tokens[at]


def bare_goal(trouble: Trouble) -> Diagnostic | None:
    """`goal Route every ticket {`"""
    head = trouble.tokens[trouble.start :]
    if not head or head[0].text != "goal" or len(head) < 3 or head[-1].kind != "LBRACE":
        return None
    if any(token.kind in STRINGS | {"ASSIGN", "LBRACE"} for token in head[1:-1]):
        return None
    return missing_quotes(trouble, head[1], head[-2], "the sentence of a goal")


def bare_reason(trouble: Trouble) -> Diagnostic | None:
    """`because general English must survive`"""
    if trouble.ahead(-1).kind != "BECAUSE" or trouble.token is END or trouble.kind in {"quoted", "RBRACE"}:
        return None
    last = trouble.tokens[trouble.stop - 1]
    return missing_quotes(trouble, trouble.token, last, "a reason")


_WORDS = frozenset({"NAME", "NUMBER", "word", "DOT", "COMMA", "AS", "AND", "OR", "WHEN", "EXTENDS", "LET", "IMPORT"})


def bare_sentence(trouble: Trouble) -> Diagnostic | None:
    """`owner = support team`, `why = It's the tone`"""
    head = trouble.head
    first = next((at for at, token in enumerate(head) if token.kind == "ASSIGN"), len(head)) + 1
    if first >= len(head) or trouble.in_rule or trouble.ahead(1).kind == "ASSIGN":
        return None
    value = head[first:]
    apostrophe = trouble.token.text == "'" and trouble.touches(value[-1], trouble.token)
    if value[0].kind != "NAME" or not {token.kind for token in value} <= _WORDS:
        return None
    if not apostrophe and trouble.kind not in _WORDS - {"NUMBER", "DOT", "COMMA"}:
        return None
    return missing_quotes(trouble, value[0], trouble.tokens[trouble.stop - 1], "text")


def missing_quotes(trouble: Trouble, first: Token, last: Token, what: str) -> Diagnostic:
    """Text that should stand in quotes, from one token to another."""
    where = over(first, last)
    text = quoted(trouble.source.text[where.start : where.end])
    return trouble.says(
        codes.MISSING_QUOTES,
        f"{what} stands in quotes",
        where,
        f"write `{_short(text)}`",
        unsafe=Edit(where, text),
    )


def adjacent(trouble: Trouble) -> Diagnostic | None:
    """`"a" "b"` where one string is due."""
    left, right = trouble.ahead(-1), trouble.token
    if left.kind != "STRING" or right.kind != "STRING" or trouble.open_brackets:
        return None
    joined = left.text[:-1] + right.text[1:]
    return trouble.says(
        codes.ADJACENT_STRINGS,
        "two strings side by side are not joined",
        over(left, right),
        f'write one string; a long one stands between `"""`: `{_short(joined)}`',
        unsafe=Edit(over(left, right), joined),
    )


UNTERMINATED = (open_string, open_triple)
MISTAKES = (
    other_quotes,
    bare_address,
    bare_goal,
    bare_reason,
    bare_path,
    adjacent,
    bare_sentence,
)
