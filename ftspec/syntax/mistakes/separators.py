"""Commas and semicolons that are too many, too few or in the wrong place; two statements on one line."""

from __future__ import annotations

from ftspec.syntax.lexer import Token
from ftspec.syntax.lines import is_header
from ftspec.syntax.mistakes.trouble import END, Trouble, gap, over, remove, replace
from ftspec.syntax.terminals import VALUE_ENDS, VALUE_STARTS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit
from ftspec.text.source import Span


def between_statements(trouble: Trouble) -> Diagnostic | None:
    """`a = 1, b = 2`, `a = 1;`"""
    token = trouble.token
    if token.text not in {",", ";", "."} or trouble.open_brackets:
        return None
    steps = 1
    while trouble.ahead(steps).text == token.text:
        steps += 1
    after, run = trouble.ahead(steps), over(token, trouble.ahead(steps - 1))
    if after.kind in {"END", "RBRACE"} or not trouble.head:
        help = f"remove the `{token.text}`"
        return trouble.says(codes.WRONG_SEPARATOR, "a line end ends a statement", run, help, safe=Edit(run, ""))
    if is_header(trouble.head) and trouble.opens:
        return None
    if token.text == "." or (token.text == "," and not _starts_statement(trouble, steps)):
        return None
    return trouble.says(
        codes.WRONG_SEPARATOR,
        f"statements are separated by line ends, not by `{token.text}`",
        run,
        "put each on a line of its own",
        safe=_line_break(trouble, Span(run.start, after.start)),
    )


def between_rules(trouble: Trouble) -> Diagnostic | None:
    """`require a > 1, b > 2`"""
    if trouble.kind != "COMMA" or trouble.open_brackets or not trouble.in_rule or trouble.ahead(1) is END:
        return None
    if trouble.ahead(1).kind in {"BECAUSE", "WHEN"}:
        help, word = "remove the `,`", trouble.ahead(1).text
        edit = remove(trouble.token)
        return trouble.says(codes.WRONG_SEPARATOR, f"no `,` stands before `{word}`", help=help, safe=edit)
    help = "join them with `and`, or write one rule a line"
    edit = Edit(gap(trouble.ahead(-1), trouble.ahead(1)), " and ")
    return trouble.says(codes.WRONG_SEPARATOR, "a rule states one thing", help=help, unsafe=edit)


def in_brackets(trouble: Trouble) -> Diagnostic | None:
    """`lora(rank = 16; alpha = 32)`"""
    if trouble.token.text != ";" or not trouble.open_brackets:
        return None
    if trouble.ahead(-1).kind == "ASSIGN":
        edit = replace(trouble.token, '";"')
        return trouble.says(codes.MISSING_QUOTES, "text stands in quotes", help='write `";"`', safe=edit)
    message = "items between brackets are separated by `,`"
    return trouble.says(codes.WRONG_SEPARATOR, message, help="write `,`", safe=replace(trouble.token, ","))


def _line_break(trouble: Trouble, gap: Span) -> Edit:
    return Edit(gap, "\n" + " " * trouble.indent)


def _starts_statement(trouble: Trouble, steps: int) -> bool:
    """Whether `name =`, `name.name =` or `name {` stands so many steps ahead."""
    if trouble.ahead(steps).kind != "NAME":
        return trouble.ahead(steps).kind in {"REQUIRE", "WARN", "REPORT", "LET"}
    while trouble.ahead(steps + 1).kind == "DOT":
        steps += 2
    after = trouble.ahead(steps + 1)
    return after.kind in {"ASSIGN", "LBRACE"} or after.text == ":"


def extra_comma(trouble: Trouble) -> Diagnostic | None:
    """`[1,, 2]`, `f(, a)`"""
    if trouble.kind != "COMMA" or not trouble.open_brackets:
        return None
    if trouble.ahead(-1).kind not in {"COMMA", "LPAR", "LSQB"}:
        return None
    return trouble.says(
        codes.EXTRA_COMMA, "nothing stands before this comma", help="remove it", safe=remove(trouble.token)
    )


def missing_comma(trouble: Trouble) -> Diagnostic | None:
    """`[1 2]`, `lora(rank = 16 alpha = 32)`, `["a" "b"]`"""
    if not trouble.open_brackets:
        return None
    at = trouble.at
    if trouble.kind in {"ASSIGN"} and trouble.ahead(-1).kind == "NAME" and trouble.ahead(-2).kind in VALUE_ENDS:
        at -= 1
    elif trouble.kind not in VALUE_STARTS or trouble.ahead(-1).kind not in VALUE_ENDS:
        return None
    left, right = trouble.tokens[at - 1], trouble.tokens[at]
    if left.text in {"not"}:
        return None
    where = Span(left.end, left.end)
    if _is_name_of_argument(trouble, at - 1):
        return trouble.says(
            codes.MISSING_ASSIGNMENT,
            f"a `=` is missing after `{left.text}`",
            over(left, right),
            f"write `{left.text} = {_word(right)}`",
            safe=Edit(where, " ="),
        )
    return trouble.says(
        codes.MISSING_COMMA,
        f"a `,` is missing between `{_word(left)}` and `{_word(right)}`",
        over(left, right),
        "separate them by `,`",
        safe=Edit(where, ","),
    )


def _is_name_of_argument(trouble: Trouble, at: int) -> bool:
    """Whether a word starts an argument of a call and a single value follows: `f(tickets.test, of router)`."""
    kinds = [token.kind for token in trouble.tokens[max(at - 1, 0) : at + 3]]
    if len(kinds) < 4 or kinds[1] != "NAME" or trouble.open_brackets[-1].kind != "LPAR":
        return False
    starts = kinds[0] == "COMMA" or (kinds[0] == "LPAR" and kinds[2] in {"NUMBER", "STRING"})
    return starts and kinds[2] in VALUE_STARTS and kinds[3] in {"COMMA", "RPAR", "LPAR"}


def _word(token: Token) -> str:
    text = token.text if len(token.text) <= 20 else token.text[:19] + "…"
    return text.replace("\n", " ")


def crowded(trouble: Trouble) -> Diagnostic | None:
    """`a = 1 b = 2`, `} b = 2`"""
    if trouble.open_brackets or not trouble.head:
        return None
    at = trouble.at
    if trouble.kind == "ASSIGN" and trouble.ahead(-1).kind == "NAME" and trouble.ahead(-2).kind in VALUE_ENDS:
        at -= 1
    elif trouble.kind == "RBRACE" or not (trouble.engine.accepts("_NEWLINE") and _starts_statement(trouble, 0)):
        return None
    if at == trouble.start or at - 1 < 0:
        return None
    left, right = trouble.tokens[at - 1], trouble.tokens[at]
    return trouble.says(
        codes.CROWDED_LINE,
        "one statement a line",
        Span(right.start, right.end),
        "put this on the next line",
        safe=_line_break(trouble, gap(left, right)),
    )


def after_brace(trouble: Trouble) -> Diagnostic | None:
    """`} train x {`, `x { a = 1 } y = 2`"""
    if trouble.ahead(-1).kind != "RBRACE" or trouble.token is END or trouble.kind == "RBRACE":
        return None
    if trouble.token.text in {",", ";"}:
        return trouble.says(
            codes.WRONG_SEPARATOR,
            "a line end ends a block",
            help=f"remove the `{trouble.token.text}`",
            safe=remove(trouble.token),
        )
    between = gap(trouble.ahead(-1), trouble.token)
    return trouble.says(
        codes.CROWDED_LINE,
        "one statement a line",
        help="put this on the line after `}`",
        safe=_line_break(trouble, between),
    )


MISTAKES = (
    after_brace,
    extra_comma,
    in_brackets,
    between_rules,
    between_statements,
    crowded,
    missing_comma,
)
