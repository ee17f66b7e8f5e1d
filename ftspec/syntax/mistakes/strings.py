"""Strings: left open, in other quotes, with quotes inside."""

from __future__ import annotations

from ftspec.syntax.lines import ROLES
from ftspec.syntax.mistakes.quotes import shortened
from ftspec.syntax.mistakes.trouble import END, Trouble, insert, over, quoted, remove, replace, span
from ftspec.syntax.terminals import STRINGS, VALUE_ENDS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit
from ftspec.text.source import Span


def stray_quote(trouble: Trouble) -> Diagnostic | None:
    """`length = 3 epochs"`"""
    token = next((each for each in trouble.tokens if each.kind == "open_string"), None)
    if token is None or len(token.text) > 1 or trouble.token is not token:
        return None
    if trouble.ahead(-1).kind not in VALUE_ENDS - STRINGS:
        return None
    help = "remove it, or open the string with another one"
    return trouble.says(codes.UNTERMINATED_STRING, "this quote belongs to no string", help=help, unsafe=remove(token))


def open_string(trouble: Trouble) -> Diagnostic | None:
    """`"abc`"""
    token = next((each for each in trouble.tokens if each.kind == "open_string"), None)
    if token is None:
        return None
    where = Span(token.start, token.start + 1)
    if token.text.endswith("\\"):
        return trouble.says(codes.UNTERMINATED_STRING, "this string is never closed", where, 'close it with `"`')
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


def quote_inside(trouble: Trouble) -> Diagnostic | None:
    """`"it"s"`"""
    before = trouble.ahead(-1)
    if _field_in_quotes(trouble):
        before, after = trouble.tokens[1], trouble.tokens[2]
        message = 'a `"` within a string is written `\\"`'
        return trouble.says(codes.WRONG_QUOTES, message, over(before, after), 'write `\\"`, or the text between `"""`')
    if before.kind != "STRING" or trouble.token is END or not trouble.touches(before, trouble.token):
        return None
    if trouble.kind not in {"NAME", "NUMBER", "word", "STRING", "MINUS", "open_string"}:
        return None
    message = 'a `"` within a string is written `\\"`'
    return trouble.says(codes.WRONG_QUOTES, message, over(before, trouble.token), "put a backslash before it")


def _field_in_quotes(trouble: Trouble) -> bool:
    """`user "say "{{ body }}" now"`: the quotes around the field end the string."""
    tokens = trouble.tokens
    if len(tokens) < 3 or tokens[0].text not in ROLES or tokens[1].kind != "STRING" or tokens[2].kind != "LBRACE":
        return False
    return trouble.touches(tokens[1], tokens[2]) and tokens[-1].kind in {"STRING", "open_string"}


def operated(trouble: Trouble) -> Diagnostic | None:
    """`user "{{ a }}" + "b"`, `"…" % x`, `"…".format(x)`: strings have no operators and no methods."""
    before = trouble.ahead(-1)
    if (
        before.kind not in STRINGS
        or trouble.kind not in {"PLUS", "TIMES", "PERCENT", "DOT", "MINUS"}
        or trouble.in_rule
    ):
        return None
    after = trouble.ahead(1)
    if trouble.kind == "PLUS" and after.kind == before.kind == "STRING":
        joined = before.text[:-1] + after.text[1:]
        edit = Edit(over(before, after), joined)
        help = f"write one string: `{shortened(joined)}`"
        return trouble.says(codes.ADJACENT_STRINGS, "strings are not joined by `+`", help=help, unsafe=edit)
    help = "write one string; in a template `{{ field }}` puts a field's value in"
    return trouble.says(codes.ADJACENT_STRINGS, f"a string takes no `{trouble.token.text}`", help=help)


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
        f"write `{shortened(quoted(text))}`",
        safe=replace(token, quoted(text)),
    )


def apostrophe(trouble: Trouble) -> Diagnostic | None:
    """`'You're polite'`: the apostrophe ends what single quotes open."""
    token, after = trouble.token, trouble.ahead(1)
    if trouble.kind != "quoted" or token.text[0] != "'" or after.kind != "NAME" or not trouble.touches(token, after):
        return None
    line = trouble.source.text[token.start :].split("\n", 1)[0].rstrip()
    if not line.endswith("'"):
        return None
    whole, written = Span(token.start, token.start + len(line)), quoted(_unescaped(line[1:-1]))
    message, help = "strings stand in double quotes, not in single quotes", f"write `{shortened(written)}`"
    return trouble.says(codes.WRONG_QUOTES, message, whole, help, safe=Edit(whole, written))


def _unescaped(text: str) -> str:
    return text.replace("\\'", "'")


def prefixed_string(trouble: Trouble) -> Diagnostic | None:
    """`r"abc"`, `f"abc"`"""
    name = trouble.ahead(-1)
    if trouble.kind not in STRINGS or name.kind != "NAME" or not trouble.touches(name, trouble.token):
        return None
    return trouble.says(
        codes.WRONG_QUOTES, "a string has no prefix", span(name), f"remove the `{name.text}`", unsafe=remove(name)
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
        f'write one string; a long one stands between `"""`: `{shortened(joined)}`',
        unsafe=Edit(over(left, right), joined),
    )


FIRST = (apostrophe, quote_inside, stray_quote, open_string, open_triple)
MISTAKES = (other_quotes, prefixed_string, adjacent, operated)
