"""Statements of other languages, imports in another form, a second header."""

from __future__ import annotations

from ftspec.syntax.mistakes.trouble import STRINGS, Trouble, insert, over, quoted, replace, span
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit

_CONTROL = frozenset({"if", "elif", "else", "for", "while", "loop", "switch", "case", "return", "def", "fn", "func", "class"})
_CONSTANT = frozenset({"var", "const", "set", "local", "val", "def", "export"})
_CHECK = frozenset({"assert", "check", "ensure", "expect", "must"})


def control_flow(trouble: Trouble) -> Diagnostic | None:
    """`if goal.kind == domain {`, `for x in y {`"""
    first = trouble.tokens[trouble.start] if trouble.start < len(trouble.tokens) else None
    if first is None or first.text not in _CONTROL or first.kind != "NAME":
        return None
    if len(trouble.tokens) > trouble.start + 1 and trouble.tokens[trouble.start + 1].kind in {"ASSIGN", "DOT"}:
        return None
    return _no_control(trouble, trouble.start)


def _no_control(trouble: Trouble, at: int) -> Diagnostic:
    first = trouble.tokens[at]
    return trouble.says(
        codes.FOREIGN_STATEMENT,
        f"there is no `{first.text}`: a spec is data, not a program",
        span(first),
        "for a variant of a spec write an `overlay`; for one that builds on another, `extends`",
    )


def control_block(trouble: Trouble) -> Diagnostic | None:
    """`else {`, `if pinned {`: these would read as blocks."""
    tokens = trouble.tokens
    start = 1 if tokens[0].kind == "RBRACE" and len(tokens) > 1 else 0
    opens = tokens[-1].kind == "LBRACE"
    return _no_control(trouble, start) if opens and tokens[start].text in _CONTROL else None


def constant(trouble: Trouble) -> Diagnostic | None:
    """`var x = 1`, `const x = 1`"""
    head = trouble.head
    if trouble.kind != "ASSIGN" or len(head) != 2 or head[0].text not in _CONSTANT:
        return None
    return trouble.says(
        codes.FOREIGN_STATEMENT, "`let` names a constant", span(head[0]), "write `let`", safe=replace(head[0], "let")
    )


def check(trouble: Trouble) -> Diagnostic | None:
    """`assert accuracy(x) >= 90%`"""
    first = trouble.tokens[trouble.start] if trouble.start < len(trouble.tokens) else None
    if first is None or first.text not in _CHECK or trouble.at <= trouble.start or trouble.kind == "ASSIGN":
        return None
    return trouble.says(
        codes.FOREIGN_STATEMENT, "`require` states a rule", span(first), "write `require`", safe=replace(first, "require")
    )


def section(trouble: Trouble) -> Diagnostic | None:
    """`[train]`, `- item`"""
    if trouble.head or trouble.kind not in {"LSQB", "MINUS"}:
        return None
    if trouble.kind == "MINUS":
        help = "write a list as `name = [a, b]`"
        return trouble.says(codes.FOREIGN_STATEMENT, "a list is not written with dashes", help=help)
    return trouble.says(codes.FOREIGN_STATEMENT, "there are no `[sections]`", help="write a block: `name { … }`")


def call(trouble: Trouble) -> Diagnostic | None:
    """`lora(rank = 16)` as a statement"""
    if trouble.kind != "LPAR" or len(trouble.head) != 1 or trouble.head[0].kind != "NAME":
        return None
    name = trouble.head[0].text
    help = f"write `name = {name}(…)`, or `require {name}(…) …` for a rule"
    return trouble.says(codes.FOREIGN_STATEMENT, "a call is no statement of its own", span(trouble.head[0]), help)


def unnamed_import(trouble: Trouble) -> Diagnostic | None:
    """`import "base.ft"`, `import base`, `from "base.ft" import x`"""
    tokens = trouble.tokens[trouble.start :]
    if not tokens or not (tokens[0].kind == "IMPORT" or [t.kind for t in tokens[1:3]] == ["STRING", "IMPORT"]):
        return None
    if trouble.kind in {"quoted", "ASSIGN"} or tokens[0].kind != "IMPORT" and tokens[0].text != "from":
        return None
    help = 'write `import "path.ft" as name`'
    kinds = [token.kind for token in tokens]
    if kinds == ["IMPORT", "STRING"]:
        name = tokens[1].text[1:-1].rsplit("/", 1)[-1].removesuffix(".ft").replace("-", "_")
        if name.isidentifier() and name.isascii():
            edit = insert(tokens[1].end, f" as {name}")
            return trouble.says(codes.WRONG_IMPORT, "an import has a name", span(tokens[1]), help, safe=edit)
    if kinds == ["IMPORT", "NAME"]:
        edit = Edit(span(tokens[1]), f"{quoted(tokens[1].text + '.ft')} as {tokens[1].text}")
        return trouble.says(codes.WRONG_IMPORT, "an import names a file", span(tokens[1]), help, unsafe=edit)
    if "AS" in kinds and kinds[1] not in STRINGS:
        last = tokens[kinds.index("AS") - 1]
        path = quoted(trouble.text(tokens[1], last))
        edit = Edit(over(tokens[1], last), path)
        return trouble.says(codes.MISSING_QUOTES, "a path stands in quotes", over(tokens[1], last), f"write `{path}`", unsafe=edit)
    return trouble.says(codes.WRONG_IMPORT, "an import names a file and gives it a name", over(tokens[0], tokens[-1]), help)


def second_header(trouble: Trouble) -> Diagnostic | None:
    """`ftspec 1` again"""
    if trouble.kind != "FTSPEC" or trouble.head:
        return None
    last = trouble.tokens[trouble.stop - 1]
    where = over(trouble.token, last)
    return trouble.says(
        codes.MISPLACED_HEADER, "the language version stands once, on the first line", where, "remove this line", safe=Edit(where, "")
    )


MISTAKES = (second_header, unnamed_import, control_flow, constant, check, section, call)
SUSPECTS = (control_block,)
