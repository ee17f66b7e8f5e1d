"""Operators that do not exist, and comparisons in a chain."""

from __future__ import annotations

from ftspec.syntax.lexer import Token
from ftspec.syntax.mistakes.trouble import Trouble, gap, insert, over, remove, replace, span
from ftspec.syntax.terminals import CLOSERS, COMPARISONS, OPENERS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit

_OURS = {
    "===": "==",
    "!==": "!=",
    "<>": "!=",
    "=>": ">=",
    "=<": "<=",
    "&&": "and",
    "||": "or",
    "&": "and",
    "|": "or",
    "≥": ">=",
    "⩾": ">=",
    "≧": ">=",
    "≤": "<=",
    "≦": "<=",
    "⩽": "<=",
    "≠": "!=",
    "×": "*",
    "·": "*",
    "÷": "/",
    "//": "/",
    "–": "-",
    "—": "-",
    "−": "-",
}
_ALL = "there are `and or < <= > >= == != + - * /`"


def chained(trouble: Trouble) -> Diagnostic | None:
    """`0 < a < 1`"""
    if trouble.kind not in COMPARISONS:
        return None
    first = _earlier_comparison(trouble)
    if first is None:
        return None
    middle = trouble.source.text[first.end : trouble.token.start].strip()
    edit = insert(trouble.ahead(-1).end, f" and {middle}")
    return trouble.says(
        codes.CHAINED_COMPARISON,
        "comparisons do not chain",
        help=f"join two with `and`: `… {first.text} {middle} and {middle} {trouble.token.text} …`",
        safe=edit,
        label=(span(first), "the first comparison"),
    )


def _earlier_comparison(trouble: Trouble) -> Token | None:
    depth = 0
    for token in reversed(trouble.head):
        depth += (token.kind in CLOSERS) - (token.kind in OPENERS)
        if depth < 0 or (depth == 0 and token.kind in {"AND", "OR", "COMMA", "ASSIGN", "WHEN"}):
            return None
        if depth == 0 and token.kind in COMPARISONS:
            return token
    return None


def foreign(trouble: Trouble) -> Diagnostic | None:
    """`&&`, `=>`, `<>`, `**`"""
    text = trouble.token.text
    if trouble.kind not in {"foreign_operator", "foreign_division", "junk"}:
        return None
    if text in _OURS:
        ours = _OURS[text]
        pad = " " if ours.isalpha() and trouble.touches(trouble.ahead(-1), trouble.token) else ""
        end = " " if ours.isalpha() and trouble.touches(trouble.token, trouble.ahead(1)) else ""
        edit = replace(trouble.token, pad + ours + end)
        return trouble.says(codes.UNKNOWN_OPERATOR, f"`{text}` is no operator here", help=f"write `{ours}`", safe=edit)
    before, after = trouble.ahead(-1), trouble.ahead(1)
    if text == "->" and before.kind == after.kind == "NAME":
        where, path = over(before, after), f"{before.text}.{after.text}"
        message = "a part is named behind a `.`"
        return trouble.says(codes.UNKNOWN_OPERATOR, message, where, f"write `{path}`", safe=Edit(where, path))
    if text in ("**", "^"):
        return _power(trouble)
    if text == "!":
        return _not(trouble)
    if trouble.kind == "foreign_operator":
        return trouble.says(codes.UNKNOWN_OPERATOR, f"`{text}` is no operator here", help=_ALL)
    return None


def _power(trouble: Trouble) -> Diagnostic:
    """`2 * 10 ** -4` is `2e-4`; other powers are written out."""
    message, base, times = "there are no powers", trouble.ahead(-1), trouble.ahead(-2)
    minus = "-" if trouble.ahead(1).kind == "MINUS" else ""
    exponent = trouble.ahead(2 if minus else 1)
    if base.text != "10" or exponent.kind != "NUMBER" or not exponent.text.isdigit():
        return trouble.says(codes.UNKNOWN_OPERATOR, message, help="write the product out, or the number")
    factor = trouble.ahead(-3) if times.kind == "TIMES" and trouble.ahead(-3).kind == "NUMBER" else base
    text = f"{'1' if factor is base else factor.text}e{minus}{exponent.text}"
    edit = Edit(over(factor, exponent), text)
    return trouble.says(codes.UNKNOWN_OPERATOR, message, help=f"write `{text}`", safe=edit)


def _not(trouble: Trouble) -> Diagnostic:
    help = "turn the comparison around: `!=` for `==`, `<` for `>=`; or compare with `false`"
    other = {"true": "false", "false": "true"}.get(trouble.ahead(1).text)
    if other is not None:
        help = f"write `{other}`"
    return trouble.says(codes.UNKNOWN_OPERATOR, f"there is no `{trouble.token.text}`", help=help)


def split_sign(trouble: Trouble) -> Diagnostic | None:
    """`a > = b`, `a ! = b`"""
    before = trouble.ahead(-1)
    if trouble.kind != "ASSIGN" or before.kind not in {"LESS", "GREATER"}:
        return None
    where = over(before, trouble.token)
    sign = f"{before.text}="
    return trouble.says(
        codes.UNKNOWN_OPERATOR, f"`{sign}` is one sign", where, f"write `{sign}`", safe=Edit(where, sign)
    )


def word_not(trouble: Trouble) -> Diagnostic | None:
    """`not pinned`"""
    before = trouble.ahead(-1)
    if before.text != "not" or before.kind != "NAME" or len(trouble.head) < 2:
        return None
    edits: tuple[Edit, ...] = ()
    help = "turn the comparison around: `!=` for `==`, `<` for `>=`; or compare with `false`"
    signs = [each for each in trouble.tokens[trouble.at : trouble.stop] if each.kind in COMPARISONS | {"AND", "OR"}]
    if len(signs) == 1 and signs[0].text in _OPPOSITES:
        sign = signs[0]
        stop = next((at for at, each in enumerate(trouble.tokens) if each.kind in {"BECAUSE", "WHEN"}), trouble.stop)
        left = trouble.excerpt(trouble.token.start, sign.start)
        right = trouble.excerpt(sign.end, trouble.tokens[stop - 1].end)
        help = f"turn the comparison around: write `{left} {_OPPOSITES[sign.text]} {right}`"
        edits = (Edit(gap(trouble.ahead(-2), trouble.token), " "), replace(sign, _OPPOSITES[sign.text]))
    return trouble.says(codes.UNKNOWN_OPERATOR, "there is no `not`", span(before), help, safe=edits)


_OPPOSITES = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def modulo(trouble: Trouble) -> Diagnostic | None:
    """`a % b`"""
    if trouble.kind != "PERCENT":
        return None
    if trouble.ahead(-1).text == "%":
        return trouble.says(codes.UNKNOWN_OPERATOR, "`%` stands once", help="remove one", safe=remove(trouble.token))
    return trouble.says(
        codes.UNKNOWN_OPERATOR,
        "`%` stands right after a number",
        help="it means hundredths, as in `15%`; there is no remainder",
    )


def word_operator(trouble: Trouble) -> Diagnostic | None:
    """`a in b`, `a is b`"""
    if trouble.kind != "NAME" or trouble.token.text not in {"in", "is", "xor", "mod", "div"} or not trouble.in_rule:
        return None
    return trouble.says(
        codes.UNKNOWN_OPERATOR,
        f"`{trouble.token.text}` is no operator",
        help=_ALL,
        unsafe=replace(trouble.token, "==") if trouble.token.text == "is" else (),
    )


FIRST = (split_sign,)
MISTAKES = (chained, foreign, word_not, modulo, word_operator)
