"""`name = value`: another sign in its place, or none."""

from __future__ import annotations

from ftspec.syntax.lines import ROLES
from ftspec.syntax.mistakes.trouble import END, STRINGS, VALUE_STARTS, Trouble, gap, insert, over, replace, span
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit
from ftspec.text.source import Span

_SIGNS = frozenset({":=", "=>", "->", "+=", "-=", "*=", "/="})


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


def foreign_sign(trouble: Trouble) -> Diagnostic | None:
    """`name := value`, `name => value`, `name += value`"""
    if trouble.token.text not in _SIGNS or not _is_path(trouble):
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
    return trouble.says(
        codes.WRONG_ASSIGNMENT,
        "`=` gives a value; a rule compares",
        help="write `==`, `>=` or `<=`",
        unsafe=replace(trouble.token, "=="),
    )


def missing(trouble: Trouble) -> Diagnostic | None:
    """`learning_rate 2e-4`, `data tickets.train`, `method lora(rank = 16)`, `betas [0.9]`"""
    head = trouble.head
    if not head or head[0].kind not in {"NAME", "LET"} or trouble.open_brackets:
        return None
    body = head[1:] if head[0].kind == "LET" else head
    kinds = [token.kind for token in body]
    one = kinds == ["NAME"] or (len(kinds) > 1 and set(kinds) == {"NAME", "DOT"} and not _touching_names(trouble))
    if one and trouble.kind in VALUE_STARTS | {"MINUS"} and trouble.ahead(-1).kind == "NAME":
        return _insert(trouble, len(head) - 1)
    two = kinds == ["NAME", "NAME"] and trouble.tokens[-1].kind != "LBRACE"
    if two and trouble.kind in {"DOT", "LPAR", "END", "PLUS", "TIMES", "OVER", "RBRACE"}:
        return None if trouble.kind == "LPAR" and body[0].text == "not" else _insert(trouble, len(head) - 2)
    return None


def _touching_names(trouble: Trouble) -> bool:
    kinds = [token.kind for token in trouble.head]
    return ("NAME", "NAME") in zip(kinds, kinds[1:], strict=False)


def _insert(trouble: Trouble, at: int) -> Diagnostic:
    name = trouble.head[at]
    value = trouble.tokens[trouble.start + at + 1] if trouble.start + at + 1 < len(trouble.tokens) else END
    text = "…" if value is END else trouble.source.text[value.start : trouble.tokens[trouble.stop - 1].end]
    short = text if len(text) <= 40 and "\n" not in text else "…"
    return trouble.says(
        codes.MISSING_ASSIGNMENT,
        f"a `=` is missing after `{name.text}`",
        over(name, value) if value is not END else span(name),
        f"write `{name.text} = {short}`",
        safe=insert(name.end, " ="),
    )


def without_value(trouble: Trouble) -> Diagnostic | None:
    """`adapter` alone on a line"""
    head = trouble.head
    if trouble.kind not in {"END", "RBRACE"} or not head or {token.kind for token in head} > {"NAME", "DOT"}:
        return None
    if head[0].kind != "NAME" or len(head) % 2 == 0 or trouble.open_brackets or trouble.kind == "RBRACE" and not head:
        return None
    if any(token.kind != ("DOT" if at % 2 else "NAME") for at, token in enumerate(head)):
        return None
    name = trouble.text(head[0], head[-1])
    return trouble.says(
        codes.MISSING_VALUE, f"`{name}` has no value", over(head[0], head[-1]), f"write `{name} = …`, or `{name} {{ … }}` for a block"
    )


def text_without_sign(trouble: Trouble) -> Diagnostic | None:
    """`owner "support"` outside a template: it would read as a turn."""
    tokens = trouble.tokens
    for at in range(len(tokens) - 1):
        first = at == 0 or tokens[at - 1].kind == "LBRACE"
        if not first or tokens[at].kind != "NAME" or tokens[at + 1].kind not in STRINGS:
            continue
        after = tokens[at + 2].kind if at + 2 < len(tokens) else "END"
        inside = _block_of(trouble, at)
        if after in {"LBRACE", "EXTENDS", "IMPORT"} or tokens[at].text in ROLES or inside == "template":
            continue
        return _insert(Trouble(trouble.source, tokens, at + 1, trouble.engine, trouble.indent), 0)
    return None


def _block_of(trouble: Trouble, at: int) -> str:
    if at and trouble.tokens[at - 1].kind == "LBRACE":
        return trouble.tokens[0].text
    return trouble.engine.enclosing()


def quoted_name(trouble: Trouble) -> Diagnostic | None:
    """`"name" = value`"""
    if trouble.kind not in STRINGS | {"quoted"} or trouble.head or trouble.ahead(1).kind != "ASSIGN":
        return None
    name = trouble.token.text[1:-1]
    if not name.isidentifier() or not name.isascii():
        return None
    return trouble.says(
        codes.BAD_NAME, "a name has no quotes", help=f"write `{name}`", safe=replace(trouble.token, name)
    )


MISTAKES = (colon, foreign_sign, equality, single_equals, quoted_name, missing, without_value)
SUSPECTS = (text_without_sign,)
