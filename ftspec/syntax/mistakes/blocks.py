"""Blocks: their labels, their braces, and maps that should be blocks."""

from __future__ import annotations

from ftspec.syntax.lexer import Token
from ftspec.syntax.lines import is_header
from ftspec.syntax.mistakes.trouble import Trouble, gap, over, quoted, replace, span
from ftspec.syntax.mistakes.words import identifier
from ftspec.syntax.terminals import STRINGS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit
from ftspec.text.source import Span

TOP = frozenset(
    {
        "goal",
        "model",
        "template",
        "data",
        "train",
        "search",
        "budget",
        "gates",
        "hardware",
        "output",
        "overlay",
        "policy",
    }
)
"""The kinds of block that stand at the top of a file."""


def map_literal(trouble: Trouble) -> Diagnostic | None:
    """`clean = { drop_missing = true }`, `[{ a = 1 }]`"""
    if trouble.kind != "LBRACE" or trouble.ahead(-1).kind not in {"ASSIGN", "LPAR", "LSQB", "COMMA"}:
        return None
    head = trouble.head
    if [token.kind for token in head] != ["NAME", "ASSIGN"]:
        return trouble.says(
            codes.MAP_LITERAL, "there are no map literals", help="write a block, `name { … }`, or a call, `name(…)`"
        )
    name = head[0]
    kind = [trouble.ahead(at) for at in (1, 2, 3)]
    if kind[0].text in _KINDS and kind[1].text in {"=", ":"} and kind[2].kind in {"NAME", "STRING"}:
        help = f"write a call: `{name.text} = {identifier(kind[2].text)}(…)`"
        return trouble.says(codes.MAP_LITERAL, "there are no map literals", help=help)
    return trouble.says(
        codes.MAP_LITERAL,
        "there are no map literals",
        help=f"write a block, `{name.text} {{ … }}`, or a call, `{name.text} = …(…)`",
        safe=Edit(gap(name, trouble.token), " "),
    )


_KINDS = frozenset({"type", "name", "kind", "class", "method"})
"""Keys that say what kind of thing a map describes; here that is the name of a call."""


def assigned_block(trouble: Trouble) -> Diagnostic | None:
    """`train = router {`, `train router = {`, `train name = router {`, `train label = "router" {`"""
    tokens = trouble.tokens[trouble.start :]
    if not tokens or tokens[-1].kind != "LBRACE" or tokens[0].kind != "NAME":
        return None
    if [token.kind for token in tokens[:-1]] not in _ASSIGNED:
        return None
    assign = next(token for token in tokens if token.kind == "ASSIGN")
    last = tokens[-2] if tokens[-2] is not assign else tokens[-3]
    label = _label(tokens[0].text, last)
    return trouble.says(
        codes.ASSIGNED_BLOCK,
        "a block has a label, not a value",
        span(assign),
        f"write `{tokens[0].text} {label} {{`",
        safe=Edit(Span(tokens[0].end, tokens[-2].end), f" {label}"),
    )


_ASSIGNED = (
    ["NAME", "ASSIGN", "NAME"],
    ["NAME", "ASSIGN", "STRING"],
    ["NAME", "NAME", "ASSIGN"],
    ["NAME", "NAME", "ASSIGN", "NAME"],
    ["NAME", "NAME", "ASSIGN", "STRING"],
)


def colon_label(trouble: Trouble) -> Diagnostic | None:
    """`model: base {`, `goal: "Route tickets" {`"""
    tokens = trouble.tokens[trouble.start :]
    if len(tokens) != 4 or trouble.token is not tokens[1] or tokens[1].text != ":" or tokens[3].kind != "LBRACE":
        return None
    kind, colon, label, _ = tokens
    if kind.kind != "NAME" or label.kind not in {"NAME", *STRINGS}:
        return None
    words = f"{kind.text} {_label(kind.text, label)}"
    return trouble.says(
        codes.ASSIGNED_BLOCK,
        "no `:` stands between a block and its label",
        span(colon),
        f"write `{words} {{`",
        safe=Edit(over(kind, label), words),
    )


def punctuated_label(trouble: Trouble) -> Diagnostic | None:
    """`train router() {`, `train(router) {`, `train.router {`"""
    tokens = trouble.tokens[trouble.start :]
    kinds = [token.kind for token in tokens]
    if kinds not in _PUNCTUATED or tokens[0].text not in TOP - {"goal"}:
        return None
    label = next(token for token in tokens[1:] if token.kind == "NAME")
    where = over(tokens[0], tokens[-2])
    message = "a label stands alone behind the kind of its block"
    words = f"{tokens[0].text} {label.text}"
    return trouble.says(codes.WRONG_LABEL, message, where, f"write `{words} {{`", safe=Edit(where, words))


_PUNCTUATED = (
    ["NAME", "NAME", "LPAR", "RPAR", "LBRACE"],
    ["NAME", "LPAR", "NAME", "RPAR", "LBRACE"],
    ["NAME", "LSQB", "NAME", "RSQB", "LBRACE"],
    ["NAME", "DOT", "NAME", "LBRACE"],
)


def resource(trouble: Trouble) -> Diagnostic | None:
    """`resource "model" "base" {`, `data "jsonl" "tickets" {`: Terraform's two labels."""
    tokens = trouble.tokens
    kinds = [token.kind for token in tokens]
    if kinds != ["NAME", "STRING", "STRING", "LBRACE"]:
        return None
    kind = identifier(tokens[1].text) if tokens[0].text not in TOP else tokens[0].text
    words, where = f"{kind} {identifier(tokens[2].text)}", over(tokens[0], tokens[2])
    return trouble.says(
        codes.WRONG_LABEL, "a block has one label, a bare name", where, f"write `{words} {{`", unsafe=Edit(where, words)
    )


def _label(kind: str, last: Token) -> str:
    return last.text if kind == "goal" or last.kind == "NAME" else identifier(last.text[1:-1])


def two_labels(trouble: Trouble) -> Diagnostic | None:
    """`train my router {`, `resource "a" "b" {`"""
    head = trouble.head
    if len(head) != 2 or trouble.kind not in {"NAME", "STRING", "COMMA"} or not trouble.opens:
        return None
    if head[0].kind != "NAME" or head[0].text == "goal" or head[1].kind not in {"NAME", "STRING"}:
        return None
    brace = next(at for at in range(trouble.at, len(trouble.tokens)) if trouble.tokens[at].kind == "LBRACE")
    where = over(head[1], trouble.tokens[brace - 1])
    if any(token.kind not in {"NAME", "STRING", "NUMBER", "COMMA"} for token in trouble.tokens[trouble.at : brace]):
        return None
    label = identifier(trouble.source.text[where.start : where.end])
    return trouble.says(
        codes.WRONG_LABEL,
        "a block has one label, of one word",
        where,
        f"write `{head[0].text} {label} {{`",
        unsafe=Edit(where, label),
    )


def missing_brace(trouble: Trouble) -> Diagnostic | None:
    """`train router` at the start of a line"""
    head = trouble.head
    extends = is_header(head) and any(token.kind == "EXTENDS" for token in head)
    if trouble.kind != "END" or not head or not (extends or (head[0].text in TOP and not trouble.indent)):
        return None
    if not extends and (len(head) > 2 or any(token.kind not in {"NAME", "STRING"} for token in head)):
        return None
    words = trouble.text(head[0], head[-1])
    return trouble.says(
        codes.MISSING_BRACE,
        f"`{words}` has no body",
        over(head[0], head[-1]),
        f"write `{words} {{` and, below it, `}}`",
    )


def nameless(trouble: Trouble) -> Diagnostic | None:
    """`{` at the start of a line"""
    if trouble.kind != "LBRACE" or trouble.head:
        return None
    if trouble.ahead(-1).kind == "LBRACE":
        return trouble.says(codes.WRONG_LABEL, "`{` stands once", help="remove one", safe=replace(trouble.token, ""))
    return trouble.says(codes.WRONG_LABEL, "a block starts with its kind", help="write the kind before `{`: `output {`")


def parent(trouble: Trouble) -> Diagnostic | None:
    """`train b : a {`, `train b < a {`, `train b(a) {`, `train b from a {`"""
    if not is_header(trouble.head) or len(trouble.head) > 2 or not trouble.opens:
        return None
    if trouble.token.text not in _PARENTS and trouble.kind not in {"LESS", "LPAR"}:
        return None
    name = trouble.ahead(1)
    if name.kind != "NAME" or len(trouble.head) < 2 or trouble.ahead(2 + (trouble.kind == "LPAR")).kind != "LBRACE":
        return None
    head = trouble.text(trouble.head[0], trouble.head[-1])
    where = over(trouble.token, name if trouble.kind != "LPAR" else trouble.ahead(2))
    return trouble.says(
        codes.WRONG_LABEL,
        "the block that another builds on is named by `extends`",
        where,
        f"write `{head} extends {name.text} {{`",
        safe=Edit(Span(trouble.head[-1].end, where.end), f" extends {name.text}"),
    )


_PARENTS = frozenset({":", "from", "inherits", "extend", "extending", "on", "uses", "like"})


def wrong_bracket(trouble: Trouble) -> Diagnostic | None:
    """`train router [` or `train router (` with nothing after it"""
    if trouble.kind not in {"LSQB", "LPAR"} or not is_header(trouble.head):
        return None
    after = trouble.source.text[trouble.token.end :].split("\n", 1)[0].strip()
    if after:
        return None
    words = trouble.text(trouble.head[0], trouble.head[-1])
    return trouble.says(
        codes.MISSING_BRACE, f"a block opens with `{{`, not with `{trouble.token.text}`", help=f"write `{words} {{`"
    )


def string_label(trouble: Trouble) -> Diagnostic | None:
    """`train "router" {`: a label is a bare name, except a goal's."""
    tokens = trouble.tokens
    at = _block_start(trouble)
    if at is None or tokens[at + 1].kind not in STRINGS or tokens[at].text == "goal":
        return None
    if tokens[at].text not in TOP and not trouble.indent:  # the kind itself is unknown, and reported
        return None
    label = identifier(tokens[at + 1].text.strip('"'))
    return trouble.says(
        codes.WRONG_LABEL,
        "a label is a bare name",
        span(tokens[at + 1]),
        f"write `{tokens[at].text} {label} {{`",
        safe=replace(tokens[at + 1], label),
    )


def bare_goal(trouble: Trouble) -> Diagnostic | None:
    """`goal route {`: a goal is a sentence."""
    tokens = trouble.tokens
    at = _block_start(trouble)
    if at is None or tokens[at].text != "goal" or tokens[at + 1].kind != "NAME":
        return None
    label = tokens[at + 1]
    return trouble.says(
        codes.MISSING_QUOTES,
        "the sentence of a goal stands in quotes",
        span(label),
        f"write `goal {quoted(label.text)} {{`",
        safe=replace(label, quoted(label.text)),
    )


def _block_start(trouble: Trouble) -> int | None:
    """Where `KIND LABEL {` or `KIND LABEL extends` starts among the tokens."""
    tokens = trouble.tokens
    for at in range(len(tokens) - 2):
        first = at == 0 or tokens[at - 1].kind in {"LBRACE", "RBRACE"}
        if first and tokens[at].kind == "NAME" and tokens[at + 2].kind in {"LBRACE", "EXTENDS"}:
            return at
    return None


FIRST = (colon_label, punctuated_label)
MISTAKES = (map_literal, assigned_block, nameless, parent, two_labels, wrong_bracket, missing_brace)
FIRST_SUSPECTS = (resource,)
SUSPECTS = (string_label, bare_goal)
