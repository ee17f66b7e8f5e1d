"""Another sign where `=` is due."""

from __future__ import annotations

from ftspec.syntax.mistakes.trouble import END, Trouble, gap, over, remove, replace
from ftspec.syntax.terminals import COMPARISONS, RULES, STRINGS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit

_SIGNS = frozenset({":=", "=>", "->", "+=", "-=", "*=", "/="})


def twice(trouble: Trouble) -> Diagnostic | None:
    """`name = = value`"""
    if trouble.kind != "ASSIGN" or trouble.ahead(-1).kind != "ASSIGN":
        return None
    return trouble.says(codes.WRONG_ASSIGNMENT, "`=` stands once", help="remove one", safe=remove(trouble.token))


def on_keyword(trouble: Trouble) -> Diagnostic | None:
    """`require: accuracy(x) >= 90%`, `because: "reason"`"""
    before = trouble.ahead(-1)
    if before.kind not in RULES | {"WAIVE", "BECAUSE", "WHEN", "LET", "IMPORT", "AS", "EXTENDS"}:
        return None
    if trouble.token.text != ":" and not (trouble.kind == "ASSIGN" and _goes_on_as_rule(trouble)):
        return None
    return trouble.says(
        codes.WRONG_ASSIGNMENT,
        f"no `{trouble.token.text}` stands behind `{before.text}`",
        help="remove it",
        safe=Edit(gap(before, trouble.ahead(1)), " ") if trouble.ahead(1) is not END else (),
    )


def _goes_on_as_rule(trouble: Trouble) -> bool:
    if trouble.ahead(-1).kind in {"BECAUSE", "WHEN"}:
        return True
    return any(token.kind in COMPARISONS for token in trouble.tokens[trouble.at : trouble.stop])


def colon(trouble: Trouble) -> Diagnostic | None:
    """`name: value`, `"name": value`"""
    if trouble.token.text != ":" or not trouble.head:
        return None
    name, after = trouble.ahead(-1), trouble.ahead(1)
    if after.kind == "LBRACE" and not trouble.open_brackets:
        edit = Edit(gap(name, after), " ")
        return trouble.says(codes.WRONG_ASSIGNMENT, "no `:` stands before `{`", help="remove the `:`", safe=edit)
    if name.kind in STRINGS and name.text[1:-1].isidentifier():
        edit = Edit(over(name, trouble.token), f"{name.text[1:-1]} =")
        help = f"write `{name.text[1:-1]} = …`"
        return trouble.says(codes.WRONG_ASSIGNMENT, "`=` gives a value, not `:`", help=help, safe=edit)
    if name.kind not in {"NAME", "quoted"} and not name.text.isidentifier():
        return None
    edit = Edit(gap(name, trouble.token) if after is END else gap(name, after), " = ")
    path = name.text if trouble.open_brackets else trouble.text(trouble.head[0], name)
    return trouble.says(codes.WRONG_ASSIGNMENT, "`=` gives a value, not `:`", help=f"write `{path} = …`", safe=edit)


def reversed_arrow(trouble: Trouble) -> Diagnostic | None:
    """`name <- value`"""
    minus = trouble.ahead(1)
    if trouble.kind != "LESS" or minus.kind != "MINUS" or not trouble.touches(trouble.token, minus):
        return None
    if not _is_path(trouble):
        return None
    where = over(trouble.token, minus)
    return trouble.says(
        codes.WRONG_ASSIGNMENT, "`=` gives a value, not `<-`", where, "write `=`", safe=Edit(where, "=")
    )


def foreign_sign(trouble: Trouble) -> Diagnostic | None:
    """`name := value`, `name => value`, `name += value`"""
    if trouble.token.text not in _SIGNS or not _is_path(trouble):
        return None
    if trouble.token.text == "->" and trouble.ahead(2).kind == "ASSIGN":
        return None
    message = f"`=` gives a value, not `{trouble.token.text}`"
    if trouble.token.text in {":=", "=>", "->"}:
        return trouble.says(codes.WRONG_ASSIGNMENT, message, help="write `=`", safe=replace(trouble.token, "="))
    help = "a value is given once, whole: write `=`"
    return trouble.says(codes.WRONG_ASSIGNMENT, message, help=help, unsafe=replace(trouble.token, "="))


def equality(trouble: Trouble) -> Diagnostic | None:
    """`name == value` where a value is given"""
    if trouble.kind != "EQUAL" or not _is_path(trouble):
        return None
    return trouble.says(
        codes.WRONG_ASSIGNMENT,
        "`==` compares; `=` gives a value",
        help=f"write `{trouble.text(trouble.head[0], trouble.head[-1])} = …`",
        safe=replace(trouble.token, "="),
    )


def _is_path(trouble: Trouble) -> bool:
    """Whether the statement so far, or the argument, is a name that a value is given to."""
    head = trouble.head
    if head and head[0].kind == "LET":
        head = head[1:]
    if trouble.open_brackets:
        return trouble.ahead(-1).kind == "NAME" and trouble.ahead(-2).kind in {"LPAR", "COMMA"}
    return bool(head) and {token.kind for token in head} <= {"NAME", "DOT"}


def single_equals(trouble: Trouble) -> Diagnostic | None:
    """`require accuracy(x) = 90%`"""
    if trouble.kind != "ASSIGN" or not trouble.in_rule:
        return None
    message = "`=` gives a value; a rule compares"
    if trouble.engine.enclosing() == "policy":
        return trouble.says(codes.WRONG_ASSIGNMENT, message, help="write `==`", safe=replace(trouble.token, "=="))
    return trouble.says(
        codes.WRONG_ASSIGNMENT,
        message,
        help="write `>=` or `<=`; `==` asks for exactly that value",
        unsafe=replace(trouble.token, ">="),
    )


FIRST = (on_keyword, reversed_arrow)
MISTAKES = (twice, colon, foreign_sign, equality, single_equals)
