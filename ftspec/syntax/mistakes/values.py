"""Values that are missing, or that the language does not have."""

from __future__ import annotations

from ftspec.syntax.mistakes.trouble import END, Trouble, insert, over, remove, span
from ftspec.syntax.terminals import OPERATORS, RULES, STRINGS, VALUE_ENDS, VALUE_STARTS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit


def missing(trouble: Trouble) -> Diagnostic | None:
    """`length =`, `a + `, `require`"""
    before = trouble.ahead(-1)
    ends = {"END", "RBRACE", "RPAR", "RSQB", "COMMA", "BECAUSE", "WHEN"}
    if (trouble.kind not in ends and (trouble.kind, before.kind) != ("LBRACE", "EXTENDS")) or before is END:
        return None
    if before.kind == "BECAUSE":
        return trouble.says(codes.MISSING_REASON, "`because` gives no reason", span(before), 'write `because "…"`')
    if before.kind in RULES | {"WAIVE"} and trouble.kind != "COMMA":
        return trouble.says(
            codes.MISSING_VALUE, f"`{before.text}` has no rule", span(before), f"write `{before.text} …`"
        )
    if before.kind in OPERATORS | {"ASSIGN", "WHEN", "EXTENDS", "DOT", "LET", "AS"}:
        return trouble.says(
            codes.MISSING_VALUE, f"nothing stands after `{before.text}`", span(before), _due(before.kind)
        )
    return None


def nothing_before(trouble: Trouble) -> Diagnostic | None:
    """`require >= 3`, `a = * 2`, `a = +3`"""
    before = trouble.ahead(-1)
    if trouble.kind not in OPERATORS or before.kind not in RULES | OPERATORS | {"ASSIGN", "LPAR", "LSQB", "COMMA"}:
        return None
    if trouble.kind == "PLUS" and trouble.ahead(1).kind == "NUMBER":
        return trouble.says(codes.UNKNOWN_OPERATOR, "a number has no `+`", help="remove it", safe=remove(trouble.token))
    return trouble.says(
        codes.MISSING_VALUE, f"nothing stands before `{trouble.token.text}`", help="write the value to its left"
    )


def bare_value(trouble: Trouble) -> Diagnostic | None:
    """`"tickets"`, `3 epochs`, `true` alone on a line"""
    if trouble.head or trouble.kind not in STRINGS | {"NUMBER"}:
        return None
    is_text = trouble.kind in STRINGS
    help = "write `name = …`; a comment starts with `#`" if is_text else "write `name = …`"
    return trouble.says(codes.UNEXPECTED, "a value alone says nothing", help=help)


_MONEY = {"$": "USD", "€": "USD", "£": "USD"}


def money(trouble: Trouble) -> Diagnostic | None:
    """`$10`, `10$`"""
    if trouble.token.text not in _MONEY:
        return None
    before = trouble.ahead(-2) if trouble.ahead(-1).text == "US" else trouble.ahead(-1)  # `10 US$`
    near = next((each for each in (trouble.ahead(1), before) if each.kind == "NUMBER"), None)
    if near is None:
        return None
    first, last = sorted((near, trouble.token), key=lambda each: each.start)
    return trouble.says(
        codes.UNKNOWN_CHARACTER,
        f"`{trouble.token.text}` means nothing here",
        help=f"money is counted in US dollars: write `{near.text} USD`",
        safe=Edit(over(first, last), f"{near.text} USD") if trouble.token.text == "$" else (),
    )


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
    if text == "$" and (named := _variable(trouble)) is not None:
        return named
    if text == "~" and trouble.ahead(1).kind == "NUMBER":
        message, help = "amounts are exact", f"write `{trouble.ahead(1).text}`"
        return trouble.says(codes.UNKNOWN_CHARACTER, message, help=help, safe=remove(trouble.token))
    help = "specs read no environment: write the value" if text == "$" else "only strings and comments may hold it"
    return trouble.says(codes.UNKNOWN_CHARACTER, f"`{text}` means nothing here", help=help)


def _variable(trouble: Trouble) -> Diagnostic | None:
    """`${rate}`, `$rate`"""
    kinds = [trouble.ahead(at).kind for at in (1, 2, 3)]
    braced = kinds == ["LBRACE", "NAME", "RBRACE"]
    if not braced and kinds[0] != "NAME":
        return None
    name, last = trouble.ahead(2 if braced else 1), trouble.ahead(3 if braced else 1)
    if name.text.isupper():  # a variable of the environment
        return None
    where = over(trouble.token, last)
    help = f"a `let` constant is named as it is, and specs read no environment: write `{name.text}`"
    return trouble.says(codes.UNKNOWN_CHARACTER, "`$` means nothing here", where, help, unsafe=Edit(where, name.text))


def remark(trouble: Trouble) -> Diagnostic | None:
    """`learning_rate = 5e-5 (the default)`"""
    before, last = trouble.ahead(-1), trouble.tokens[trouble.stop - 1]
    if trouble.kind != "LPAR" or trouble.open_brackets or last.kind != "RPAR" or trouble.touches(before, trouble.token):
        return None
    if before.kind not in VALUE_ENDS - {"NAME"} or trouble.ahead(1).kind not in {"NAME", "word"}:
        return None
    text = f"# {trouble.source.text[trouble.token.end : last.start]}"
    where = over(trouble.token, last)
    help = f"write `{text}`" if len(text) <= 40 else "write `#` before it"
    return trouble.says(codes.FOREIGN_COMMENT, "a remark starts with `#`", where, help, safe=Edit(where, text))


def reason_without_because(trouble: Trouble) -> Diagnostic | None:
    """`require pinned "safe"`"""
    if not trouble.in_rule or trouble.open_brackets or not trouble.engine.accepts("BECAUSE", trouble.kind):
        return None
    if trouble.kind not in STRINGS or trouble.ahead(-1).kind not in VALUE_ENDS:
        return None
    edit = insert(trouble.ahead(-1).end, " because")
    return trouble.says(codes.MISSING_REASON, "a reason stands behind `because`", help="write `because`", safe=edit)


_UNITS = frozenset({"USD", "epochs", "steps", "tokens", "rows"})
"""Units that people write before the number, too."""


def missing_operator(trouble: Trouble) -> Diagnostic | None:
    """`require accuracy(tickets.test) 90%`, `batch_size = 2 8`"""
    before = trouble.ahead(-1)
    if trouble.kind not in VALUE_STARTS or before.kind not in VALUE_ENDS or trouble.open_brackets or trouble.opens:
        return None
    if not (trouble.in_rule or any(token.kind == "ASSIGN" for token in trouble.head)):
        return None
    if trouble.kind == before.kind == "NUMBER" and trouble.token.text.isdigit() and len(trouble.token.text) == 3:
        where, text = over(before, trouble.token), before.text + trouble.token.text
        message = "digits are not grouped by spaces"
        return trouble.says(codes.MALFORMED_NUMBER, message, where, f"write `{text}`", safe=Edit(where, text))
    if before.kind == "NAME" and trouble.kind == "NUMBER" and before.text in _UNITS:
        where, text = over(before, trouble.token), f"{trouble.token.text} {before.text}"
        message = "a unit stands behind its number"
        return trouble.says(codes.MALFORMED_NUMBER, message, where, f"write `{text}`", safe=Edit(where, text))
    help = "write `>=`, `<=` or `==`" if trouble.in_rule else "one value stands here; several make a list, `[a, b]`"
    message = f"nothing stands between `{before.text}` and `{trouble.token.text}`"
    return trouble.says(codes.MISSING_OPERATOR, message, over(before, trouble.token), help)


def conditional(trouble: Trouble) -> Diagnostic | None:
    """`a ? b : c`, `a if b else c`, `[x for x in y]`, `lambda x: x`"""
    near = {trouble.token.text, trouble.ahead(-1).text}
    rest = {token.text for token in trouble.tokens}
    chooses = rest >= {"if"} and rest & {"else", "then"} and near & {"if", "else", "then"}
    if not (near & {"?", "lambda"} or chooses or (near & {"for"} and "in" in rest)):
        return None
    if trouble.opens or trouble.kind not in {"NAME", "junk", "NUMBER"} | STRINGS:
        return None
    help = "write the value; for a variant of the spec write an `overlay`"
    return trouble.says(codes.FOREIGN_STATEMENT, "a value is written, not computed", help=help)


MISSING = (missing, nothing_before, conditional, money)
MISTAKES = (
    remark,
    reason_without_because,
    waiver_without_reason,
    reason_before_condition,
    missing_operator,
    bare_value,
    unknown_character,
)
