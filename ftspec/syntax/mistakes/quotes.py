"""Text without quotes: paths, addresses, sentences."""

from __future__ import annotations

from ftspec.syntax.lexer import Token
from ftspec.syntax.mistakes.trouble import END, Trouble, over, quoted
from ftspec.syntax.terminals import SPLITS, STRINGS, VALUE_ENDS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit


def shortened(text: str) -> str:
    """A string as a help line can show it."""
    return text if len(text) <= 40 else text[:37] + '…"'


def bare_address(trouble: Trouble) -> Diagnostic | None:
    """`https://example.org`"""
    if trouble.kind != "url":
        return None
    return missing_quotes(trouble, trouble.token, trouble.token, "an address")


def glued_text(trouble: Trouble) -> Diagnostic | None:
    """`path = C:\\data`, `model = llama3:8b`, `owner = Ärzteteam`"""
    token, before = trouble.token, trouble.ahead(-1)
    if token.kind == "word" and before.kind in {"ASSIGN", "LPAR", "COMMA", "LSQB", "BECAUSE"}:
        return missing_quotes(trouble, token, _glued(trouble, trouble.at), "text")
    if token.text not in {":", "\\", "@"} or before.kind not in VALUE_ENDS or not trouble.touches(before, token):
        return None
    first = trouble.at - 1
    while first > 0 and trouble.touches(trouble.tokens[first - 1], trouble.tokens[first]):
        first -= 1
        if trouble.tokens[first].kind in {"LPAR", "LSQB", "COMMA", "ASSIGN"}:
            first += 1
            break
    if first == 0 or trouble.tokens[first - 1].kind not in {"ASSIGN", "LPAR", "COMMA", "LSQB"}:
        return None
    if token.text == ":" and not trouble.touches(token, trouble.ahead(1)):
        return None
    if token.text == ":" and trouble.ahead(1).text in SPLITS:
        where = over(before, trouble.ahead(1))
        path = f"{before.text}.{trouble.ahead(1).text}"
        return trouble.says(
            codes.STRAY_BRACKET, "a split stands behind a `.`", where, f"write `{path}`", safe=Edit(where, path)
        )
    return missing_quotes(trouble, trouble.tokens[first], _glued(trouble, trouble.at), "text")


_PATH_STARTS = frozenset({"OVER", "DOT", "TIMES", "foreign_number"})


def bare_path(trouble: Trouble) -> Diagnostic | None:
    """`path(./base)`, `jsonl(/data/x.jsonl)`, `text(*.txt)`"""
    before = trouble.ahead(-1).kind
    if before not in {"ASSIGN", "LPAR", "COMMA", "IMPORT", "LSQB"} and not trouble.token.text.startswith("~"):
        return None
    if trouble.kind not in _PATH_STARTS and trouble.token.text not in {"~"}:
        return None
    if trouble.token.text == "~" and trouble.ahead(1).kind == "NUMBER":
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
    if len(value) == 1 and value[0].text in NUMBERS and trouble.kind == "NAME":
        text = f"{NUMBERS.index(value[0].text)} {trouble.token.text}"
        where = over(value[0], trouble.token)
        return trouble.says(
            codes.MALFORMED_NUMBER, "numbers are written in digits", where, f"write `{text}`", safe=Edit(where, text)
        )
    if not apostrophe and trouble.kind not in _WORDS - {"NUMBER", "DOT", "COMMA"}:
        return None
    return missing_quotes(trouble, value[0], trouble.tokens[trouble.stop - 1], "text")


NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def missing_quotes(trouble: Trouble, first: Token, last: Token, what: str) -> Diagnostic:
    """Text that should stand in quotes, from one token to another."""
    where = over(first, last)
    text = quoted(trouble.source.text[where.start : where.end])
    return trouble.says(
        codes.MISSING_QUOTES,
        f"{what} stands in quotes",
        where,
        f"write `{shortened(text)}`",
        unsafe=Edit(where, text),
    )


FIRST = (glued_text,)
MISTAKES = (bare_address, bare_goal, bare_reason, bare_path, bare_sentence)
