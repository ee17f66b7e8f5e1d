"""`name = value` without the sign, without the value, or with quotes around the name."""

from __future__ import annotations

from itertools import pairwise

from ftspec.syntax.lines import ROLES
from ftspec.syntax.mistakes.trouble import END, Trouble, insert, over, replace, span
from ftspec.syntax.terminals import STRINGS, VALUE_STARTS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit


def indexed(trouble: Trouble) -> Diagnostic | None:
    """`router["length"] = 5 steps`"""
    if trouble.kind != "LSQB" or [token.kind for token in trouble.head] != ["NAME"]:
        return None
    name, key, closing = trouble.head[0], trouble.ahead(1), trouble.ahead(2)
    word = key.text.strip("\"'")
    if closing.kind != "RSQB" or not word.isidentifier() or trouble.ahead(3).kind != "ASSIGN":
        return None
    path, where = f"{name.text}.{word}", over(name, closing)
    return trouble.says(codes.BAD_NAME, "a path is written with dots", where, f"write `{path}`", safe=Edit(where, path))


def missing(trouble: Trouble) -> Diagnostic | None:
    """`learning_rate 2e-4`, `data tickets.train`, `method lora(rank = 16)`, `betas [0.9]`"""
    head = trouble.head
    if not head or head[0].kind not in {"NAME", "LET"} or trouble.open_brackets:
        return None
    if head[0].text in ROLES and trouble.engine.enclosing() == "template":
        return None
    body = head[1:] if head[0].kind == "LET" else head
    kinds = [token.kind for token in body]
    one = kinds == ["NAME"] or (len(kinds) > 1 and set(kinds) == {"NAME", "DOT"} and not _touching_names(trouble))
    if one and not trouble.opens and trouble.kind in VALUE_STARTS | {"MINUS"} and trouble.ahead(-1).kind == "NAME":
        return _insert(trouble, len(head) - 1)
    two = kinds == ["NAME", "NAME"] and not trouble.opens
    if two and trouble.kind in {"DOT", "LPAR", "END", "PLUS", "TIMES", "OVER", "RBRACE"}:
        return None if trouble.kind == "LPAR" and body[0].text == "not" else _insert(trouble, len(head) - 2)
    return None


def _touching_names(trouble: Trouble) -> bool:
    kinds = [token.kind for token in trouble.head]
    return ("NAME", "NAME") in pairwise(kinds)


def _insert(trouble: Trouble, at: int) -> Diagnostic:
    name = trouble.head[at]
    first = name
    while at > 1 and trouble.head[at - 1].kind == "DOT":
        at -= 2
        first = trouble.head[at]
    path = trouble.text(first, name)
    at = trouble.head.index(name)
    value = trouble.tokens[trouble.start + at + 1] if trouble.start + at + 1 < len(trouble.tokens) else END
    text = "…" if value is END else trouble.source.text[value.start : trouble.tokens[trouble.stop - 1].end]
    short = text if len(text) <= 40 and "\n" not in text else "…"
    keyword = "let " if trouble.head and trouble.head[0].kind == "LET" else ""
    return trouble.says(
        codes.MISSING_ASSIGNMENT,
        f"a `=` is missing after `{name.text}`",
        over(name, value) if value is not END else span(name),
        f"write `{keyword}{path} = {short}`",
        safe=insert(name.end, " ="),
    )


def without_value(trouble: Trouble) -> Diagnostic | None:
    """`adapter` alone on a line"""
    head = trouble.head
    if trouble.kind not in {"END", "RBRACE"} or not head:
        return None
    if head[0].kind != "NAME" or len(head) % 2 == 0 or trouble.open_brackets:
        return None
    if any(token.kind != ("DOT" if at % 2 else "NAME") for at, token in enumerate(head)):
        return None
    name = trouble.text(head[0], head[-1])
    return trouble.says(
        codes.MISSING_VALUE,
        f"`{name}` has no value",
        over(head[0], head[-1]),
        f"write `{name} = …`, or `{name} {{ … }}` for a block",
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
    sign = trouble.ahead(1)
    if trouble.kind not in STRINGS | {"quoted"} or trouble.head or (sign.kind != "ASSIGN" and sign.text != ":"):
        return None
    name = trouble.token.text[1:-1]
    if not name.isidentifier() or not name.isascii():
        return None
    if sign.text == ":":
        return _member(trouble, name)
    return trouble.says(
        codes.BAD_NAME, "a name has no quotes", help=f"write `{name}`", safe=replace(trouble.token, name)
    )


def _member(trouble: Trouble, name: str) -> Diagnostic:
    """`"name": value,`"""
    first, sign, last = trouble.token, trouble.ahead(1), trouble.tokens[trouble.stop - 1]
    edits = [Edit(over(first, sign), f"{name} =")]
    if last.kind == "COMMA":
        edits.append(replace(last, ""))
    value = trouble.source.text[sign.end : last.start if last.kind == "COMMA" else last.end].strip()
    short = value if 0 < len(value) <= 40 and "\n" not in value else "…"
    help = f"write `{name} = {short}`"
    return trouble.says(
        codes.WRONG_ASSIGNMENT, "this is how JSON is written", over(first, sign), help, safe=tuple(edits)
    )


MISTAKES = (quoted_name, indexed, missing, without_value)
SUSPECTS = (text_without_sign,)
