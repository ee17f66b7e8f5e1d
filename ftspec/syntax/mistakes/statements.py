"""Statements of other languages, imports in another form, a second header."""

from __future__ import annotations

from collections.abc import Sequence

from ftspec.syntax.lexer import Token
from ftspec.syntax.mistakes.trouble import Trouble, insert, over, quoted, replace, span
from ftspec.syntax.plain import CONTROL
from ftspec.syntax.terminals import RULES, STRINGS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit

_CONSTANT = frozenset({"var", "const", "set", "local", "val", "def", "export"})
_INCLUDE = frozenset({"include", "use", "load", "source", "require_once", "using"})


def control_flow(trouble: Trouble) -> Diagnostic | None:
    """`if goal.kind == domain {`, `for x in y {`"""
    first = trouble.tokens[trouble.start] if trouble.start < len(trouble.tokens) else None
    if first is None or first.text not in CONTROL or first.kind != "NAME":
        return None
    if len(trouble.tokens) > trouble.start + 1 and trouble.tokens[trouble.start + 1].kind in {"ASSIGN", "DOT"}:
        return None
    return _no_control(trouble, trouble.start)


def _no_control(trouble: Trouble, at: int) -> Diagnostic:
    first = trouble.tokens[at]
    if first.text == "if" and trouble.engine.enclosing() in {"gates", "budget"} and not trouble.opens:
        rule = trouble.excerpt(first.end, trouble.tokens[-1].end)
        message = "a rule starts with `require`, `warn` or `report`"
        edit = replace(first, "require")
        return trouble.says(codes.FOREIGN_STATEMENT, message, span(first), f"write `require {rule}`", unsafe=edit)
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
    assigned = len(tokens) > start + 1 and tokens[start + 1].kind in {"ASSIGN", "DOT"}
    return _no_control(trouble, start) if trouble.opens and tokens[start].text in CONTROL and not assigned else None


def constant(trouble: Trouble) -> Diagnostic | None:
    """`var x = 1`, `const x = 1`"""
    head = trouble.head
    if trouble.kind != "ASSIGN" or len(head) != 2 or head[0].text not in _CONSTANT:
        return None
    return trouble.says(
        codes.FOREIGN_STATEMENT, "`let` names a constant", span(head[0]), "write `let`", safe=replace(head[0], "let")
    )


def extension(trouble: Trouble) -> Diagnostic | None:
    """`extends base` in a body"""
    if trouble.kind != "EXTENDS" or trouble.head:
        return None
    help = "write it in the block's first line: `train tuned extends base {`"
    return trouble.says(codes.FOREIGN_STATEMENT, "`extends` is no statement of its own", help=help)


def inclusion(trouble: Trouble) -> Diagnostic | None:
    """`include "base.ft"`, which would read as a turn"""
    tokens = trouble.tokens
    if len(tokens) != 2 or tokens[0].text not in _INCLUDE or tokens[1].kind != "STRING":
        return None
    if not tokens[1].text.endswith('.ft"'):
        return None
    name = _name_for(tokens[1].text)
    return trouble.says(
        codes.WRONG_IMPORT,
        "another file is taken in by `import`",
        span(tokens[0]),
        f"write `import {tokens[1].text} as {name}`",
        unsafe=(replace(tokens[0], "import"), insert(tokens[1].end, f" as {name}")),
    )


def _name_for(path: str) -> str:
    """A name for an imported file: `"lib/shared.ft"` is `shared`."""
    name = path.strip("\"'").rsplit("/", 1)[-1].removesuffix(".ft").replace("-", "_")
    return name if name.isidentifier() and name.isascii() else "name"


def section(trouble: Trouble) -> Diagnostic | None:
    """`[train]`, `- item`, `- name = value`"""
    if trouble.head or trouble.kind not in {"LSQB", "MINUS"}:
        return None
    if trouble.kind == "MINUS" and all(token.kind == "MINUS" for token in trouble.tokens[trouble.at : trouble.stop]):
        where = over(trouble.token, trouble.tokens[trouble.stop - 1])
        message = "no line stands between the parts of a spec"
        return trouble.says(
            codes.FOREIGN_STATEMENT, message, where, "remove it, or write `#` before it", safe=Edit(where, "")
        )
    starts = trouble.ahead(1).kind == "NAME" and trouble.ahead(2).kind in {"ASSIGN", "LBRACE"}
    if trouble.kind == "MINUS" and (starts or trouble.ahead(1).kind in RULES):
        edit = replace(trouble.token, "")
        return trouble.says(codes.FOREIGN_STATEMENT, "a statement has no dash", help="remove the `-`", safe=edit)
    if trouble.kind == "MINUS":
        help = "write a list as `name = [a, b]`"
        return trouble.says(codes.FOREIGN_STATEMENT, "a list is not written with dashes", help=help)
    words = [token.text for token in trouble.tokens[trouble.at :] if token.kind == "NAME"]
    header = " ".join(words[:2]) or "name"
    return trouble.says(codes.FOREIGN_STATEMENT, "there are no `[sections]`", help=f"write a block: `{header} {{ … }}`")


def call(trouble: Trouble) -> Diagnostic | None:
    """`lora(rank = 16)` as a statement"""
    if trouble.kind != "LPAR" or len(trouble.head) != 1 or trouble.head[0].kind != "NAME":
        return None
    name = trouble.head[0].text
    if trouble.engine.enclosing() in {"gates", "budget"}:
        stop = next((at for at in range(trouble.at, trouble.stop) if trouble.tokens[at].kind == "RPAR"), trouble.at)
        called = trouble.excerpt(trouble.head[0].start, trouble.tokens[stop].end)
        message = "a rule starts with `require`, `warn` or `report`"
        return trouble.says(codes.FOREIGN_STATEMENT, message, span(trouble.head[0]), f"write `require {called} >= …`")
    help = f"write `name = {name}(…)`; `{name} {{ … }}` for a block; `require {name}(…) …` for a rule"
    return trouble.says(codes.FOREIGN_STATEMENT, "a call is no statement of its own", span(trouble.head[0]), help)


def unnamed_import(trouble: Trouble) -> Diagnostic | None:
    """`import "base.ft"`, `import base`, `from "base.ft" import x`"""
    tokens = trouble.tokens[trouble.start :]
    kinds = [token.kind for token in tokens]
    if not tokens or not (tokens[0].kind == "IMPORT" or kinds[1:3] in (["STRING", "IMPORT"], ["NAME", "IMPORT"])):
        return None
    if trouble.token.text in {";", ","} and len(trouble.head) == 4:
        return None
    if trouble.kind in {"quoted", "ASSIGN"} or (tokens[0].kind != "IMPORT" and tokens[0].text != "from"):
        return None
    help = 'write `import "path.ft" as name`'
    if kinds[:3] == ["IMPORT", "STRING", "AS"]:
        name = _name_for(tokens[3].text if len(tokens) > 3 and tokens[3].kind == "STRING" else tokens[1].text)
        help = f"write `import {tokens[1].text} as {name}`"
    if kinds == ["IMPORT", "STRING"] and (name := _name_for(tokens[1].text)) != "name":
        help = f"write `import {tokens[1].text} as {name}`"
        edit = insert(tokens[1].end, f" as {name}")
        return trouble.says(codes.WRONG_IMPORT, "an import has a name", span(tokens[1]), help, safe=edit)
    if kinds == ["IMPORT", "STRING", "NAME"]:
        help = f"write `import {tokens[1].text} as {tokens[2].text}`"
        edit = insert(tokens[1].end, " as")
        return trouble.says(codes.WRONG_IMPORT, "an import has a name behind `as`", span(tokens[2]), help, safe=edit)
    if kinds[0] != "IMPORT" or kinds == ["IMPORT", "NAME", "NAME", "STRING"]:
        return _other_way_round(trouble, tokens)
    if kinds == ["IMPORT", "NAME"]:
        edit = Edit(span(tokens[1]), f"{quoted(tokens[1].text + '.ft')} as {tokens[1].text}")
        return trouble.says(codes.WRONG_IMPORT, "an import names a file", span(tokens[1]), help, unsafe=edit)
    if "AS" in kinds and kinds[1] not in STRINGS:
        last = tokens[kinds.index("AS") - 1]
        path = quoted(trouble.text(tokens[1], last))
        edit = Edit(over(tokens[1], last), path)
        return trouble.says(
            codes.MISSING_QUOTES, "a path stands in quotes", over(tokens[1], last), f"write `{path}`", unsafe=edit
        )
    return trouble.says(
        codes.WRONG_IMPORT, "an import names a file and gives it a name", over(tokens[0], tokens[-1]), help
    )


def _other_way_round(trouble: Trouble, tokens: Sequence[Token]) -> Diagnostic:
    """`from shared import base`, `from "shared.ft" import base`, `import shared from "shared.ft"`"""
    given = tokens[1] if tokens[0].text == "from" else tokens[3]
    path = given.text if given.kind == "STRING" else quoted(given.text + ".ft")
    name = tokens[1].text if tokens[1].kind == "NAME" else _name_for(path)
    written, where = f"import {path} as {name}", over(tokens[0], tokens[-1])
    return trouble.says(
        codes.WRONG_IMPORT,
        "an import names a file and gives it a name; what it holds is `name.label`",
        where,
        f"write `{written}`",
        unsafe=Edit(where, written),
    )


def second_header(trouble: Trouble) -> Diagnostic | None:
    """`ftspec 1` again"""
    if trouble.kind != "FTSPEC" or trouble.head:
        return None
    last = trouble.tokens[trouble.stop - 1]
    where = over(trouble.token, last)
    return trouble.says(
        codes.MISPLACED_HEADER,
        "the language version stands once, on the first line",
        where,
        "remove this line",
        safe=Edit(where, ""),
    )


MISTAKES = (second_header, unnamed_import, control_flow, constant, extension, section, call)
SUSPECTS = (control_block,)
FIRST_SUSPECTS = (inclusion,)
