"""Names that are none: words of the language, hyphens, spaces, letters outside ASCII."""

from __future__ import annotations

import re
import unicodedata

from ftspec.syntax.lexer import Token
from ftspec.syntax.mistakes.trouble import END, Trouble, over, replace, span
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit

_RESERVED = frozenset(
    {"REQUIRE", "WARN", "REPORT", "WAIVE", "LET", "IMPORT", "AS", "EXTENDS", "WHEN", "BECAUSE", "AND", "OR", "FTSPEC"}
)


def reserved(trouble: Trouble) -> Diagnostic | None:
    """`train report {`, `when = 3`"""
    token = trouble.token
    if token.kind not in _RESERVED:
        head = trouble.head
        if trouble.kind not in {"ASSIGN", "LBRACE"} or len(head) != 1 or head[0].kind not in _RESERVED:
            return None
        token = head[0]
    elif token.kind == "FTSPEC" or not trouble.engine.accepts("NAME") or not _is_name_place(trouble):
        return None
    if token.kind == "LET" and trouble.kind == "ASSIGN" and trouble.head:
        value = trouble.excerpt(trouble.token.end, trouble.tokens[trouble.stop - 1].end)
        return trouble.says(codes.MISSING_VALUE, "`let` gives no name", span(token), f"write `let name = {value}`")
    other = f"{token.text}_"
    return trouble.says(
        codes.RESERVED_WORD,
        f"`{token.text}` is a word of the language and cannot be a name",
        span(token),
        f"take another name, `my_{token.text}` for one",
        unsafe=replace(token, other),
    )


def _is_name_place(trouble: Trouble) -> bool:
    """Whether a label or an attribute's name would stand here, and not the keyword's own clause."""
    if not trouble.head:
        return trouble.ahead(1).kind in {"ASSIGN", "LBRACE"}
    if trouble.kind in {"AND", "OR", "WHEN", "BECAUSE"} and trouble.in_rule:
        return False
    after = trouble.ahead(1).kind
    return after in {"LBRACE", "EXTENDS", "ASSIGN", "DOT", "RPAR", "COMMA", "RSQB", "END"}


def hyphenated(trouble: Trouble) -> Diagnostic | None:
    """`learning-rate = 2e-4`, `train my-router {`"""
    head = trouble.head
    if trouble.kind != "MINUS" or not head or trouble.open_brackets:
        return None
    if not {token.kind for token in head} <= {"NAME", "DOT", "LET"}:
        return None
    first = trouble.ahead(-1)
    last, pieces = _joined(trouble, trouble.at - 1, {"MINUS", "DOT"})
    after = trouble.tokens[last + 1].kind if last + 1 < len(trouble.tokens) else "END"
    if first.kind != "NAME" or len(pieces) < 3 or after not in {"ASSIGN", "LBRACE", "EXTENDS", "END", "DOT"}:
        return None
    return _renamed(trouble, first, trouble.tokens[last], "a name has no `-`")


def _joined(trouble: Trouble, at: int, joints: set[str]) -> tuple[int, list[Token]]:
    """The last index of a run of words without spaces, and its tokens."""
    pieces = [trouble.tokens[at]]
    while at + 1 < len(trouble.tokens):
        after = trouble.tokens[at + 1]
        if not trouble.touches(pieces[-1], after) or after.kind not in {"NAME", "NUMBER", "foreign_number"} | joints:
            break
        pieces.append(after)
        at += 1
    return at, pieces


def _renamed(trouble: Trouble, first: Token, last: Token, message: str) -> Diagnostic:
    where = over(first, last)
    name = identifier(trouble.source.text[where.start : where.end])
    return trouble.says(codes.BAD_NAME, message, where, f"write `{name}`", safe=Edit(where, name))


def identifier(text: str) -> str:
    """The nearest thing to `text` that can be a name."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    name = re.sub(r"\W+", "_", plain).strip("_") or "name"
    return f"_{name}" if name[0].isdigit() else name


def spaced(trouble: Trouble) -> Diagnostic | None:
    """`learning rate = 2e-4`"""
    head = trouble.head
    if trouble.kind != "ASSIGN" or len(head) < 2 or {token.kind for token in head} != {"NAME"}:
        return None
    if trouble.opens:
        return None
    return _renamed(trouble, head[0], head[-1], "a name is one word")


def dotted_label(trouble: Trouble) -> Diagnostic | None:
    """`train router.v2 {`"""
    head = trouble.head
    if trouble.kind != "DOT" or len(head) != 2 or not trouble.opens:
        return None
    last, pieces = _joined(trouble, trouble.at - 1, {"DOT", "MINUS"})
    return None if len(pieces) < 2 else _renamed(trouble, head[1], trouble.tokens[last], "a label has no `.`")


def digit_first(trouble: Trouble) -> Diagnostic | None:
    """`train 3b {`, `3b = …`"""
    if trouble.kind != "NUMBER" or trouble.ahead(1).kind not in {"NAME", "LBRACE", "ASSIGN"}:
        return None
    if len(trouble.head) > 1 or (trouble.head and not trouble.opens):
        return None
    last, _ = _joined(trouble, trouble.at, set())
    after = trouble.tokens[last + 1].kind if last + 1 < len(trouble.tokens) else "END"
    if after not in {"LBRACE", "ASSIGN"}:
        return None
    return _renamed(trouble, trouble.token, trouble.tokens[last], "a name does not start with a digit")


def foreign_letters(trouble: Trouble) -> Diagnostic | None:
    """`größe = 3`"""
    if trouble.kind != "word" or (trouble.head and _after_assign(trouble)):
        return None
    first, at = trouble.token, trouble.at
    if at > trouble.start and trouble.touches(trouble.ahead(-1), first) and trouble.ahead(-1).kind == "NAME":
        first = trouble.ahead(-1)
    last, _ = _joined(trouble, at, {"word"})
    return _renamed(trouble, first, trouble.tokens[last], "names are written in ASCII letters, digits and `_`")


def _after_assign(trouble: Trouble) -> bool:
    return any(token.kind == "ASSIGN" for token in trouble.head) and not trouble.open_brackets


def malformed_number(trouble: Trouble) -> Diagnostic | None:
    """`.5`, `5.`, `1.2.3`, `1,000`"""
    token = trouble.token
    if token.kind == "COMMA":
        return _grouped(trouble)
    if token.kind != "foreign_number":
        return None
    before, after = trouble.ahead(-1), trouble.ahead(1)
    if before.kind == "NAME" and trouble.touches(before, token):
        return trouble.says(
            codes.BAD_NAME, "a name after `.` does not start with a digit", help="write the name of a split"
        )
    fixed = "0" + token.text if token.text.startswith(".") else token.text + "0"
    if token.text.count(".") > 1 or (
        after is not END and trouble.touches(token, after) and after.kind == "foreign_number"
    ):
        help = "a number has one `.`; a version or an address stands in quotes"
        return trouble.says(codes.MALFORMED_NUMBER, f"`{token.text}` is no number", help=help)
    return trouble.says(
        codes.MALFORMED_NUMBER,
        "digits stand on both sides of the `.`",
        help=f"write `{fixed}`",
        safe=replace(token, fixed),
    )


def _grouped(trouble: Trouble) -> Diagnostic | None:
    left, right = trouble.ahead(-1), trouble.ahead(1)
    if trouble.open_brackets or left.kind != "NUMBER" or right.kind != "NUMBER":
        return None
    if not (trouble.touches(left, trouble.token) and trouble.touches(trouble.token, right)):
        return None
    if left.text == "0" or (len(right.text) != 3 and left.text.isdigit() and right.text[0].isdigit()):
        return _decimal_comma(trouble, left, right)
    if len(right.text) != 3:
        return None
    return trouble.says(
        codes.MALFORMED_NUMBER,
        "digits are not grouped by commas",
        over(left, right),
        f"write `{left.text}{right.text}`",
        safe=Edit(over(left, right), left.text + right.text),
    )


def _decimal_comma(trouble: Trouble, left: Token, right: Token) -> Diagnostic | None:
    """`0,0002`, `1,5e-4`; `1,2.5` is a list."""
    if "." in right.text:
        return None
    text = f"{left.text}.{right.text}"
    return trouble.says(
        codes.MALFORMED_NUMBER,
        "a number has a `.` before its fraction",
        over(left, right),
        f"write `{text}`",
        safe=Edit(over(left, right), text),
    )


MISTAKES = (reserved, hyphenated, dotted_label, digit_first, spaced, foreign_letters, malformed_number)
