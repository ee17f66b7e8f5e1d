"""Lists in YAML's form, `name:` and then one `- item` a line: one mistake, however many lines it takes."""

from __future__ import annotations

from ftspec.syntax.lexer import Token
from ftspec.syntax.limits import MAX_DIAGNOSTICS
from ftspec.syntax.lines import Line, bracket_depth
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit, Fix, Place
from ftspec.text.source import Source, Span


def gather(source: Source, lines: list[Line]) -> tuple[list[Line], list[Diagnostic]]:
    """The lines with each such list on one line, in brackets; without it where its items are more than values."""
    found: list[Diagnostic] = []
    kept: list[Line] = []
    at = depth = 0
    while at < len(lines):
        depth = bracket_depth(depth, lines[at])
        stop = at + 1 if depth else _stop(lines, at)
        if stop == at + 1:
            kept.append(lines[at])
        else:
            if len(found) <= MAX_DIAGNOSTICS:
                found.append(_explain(source, lines[at], lines[at + 1 : stop]))
            if found[-1].fix is not None and len(found) <= MAX_DIAGNOSTICS:
                kept.append(_bracketed(lines[at], lines[at + 1 : stop]))
        at = stop
    return kept, found


def _stop(lines: list[Line], at: int) -> int:
    """Past the last line of the list whose name stands on line `at`; past that line itself where there is none."""
    head = lines[at]
    stop = at + 1
    if head.tokens[-1].kind != "ASSIGN" and head.tokens[-1].text != ":":
        return stop
    if stop == len(lines) or not _is_item(lines[stop]) or lines[stop].indent < head.indent:
        return stop
    margin = lines[stop].indent
    while stop < len(lines) and (
        lines[stop].indent > margin or (lines[stop].indent == margin and _is_item(lines[stop]))
    ):
        stop += 1
    return stop


def _is_item(line: Line) -> bool:
    first = line.tokens[0]
    return first.kind == "MINUS" and len(line.tokens) > 1 and line.tokens[1].start > first.end


def _explain(source: Source, head: Line, items: list[Line]) -> Diagnostic:
    dash = items[0].tokens[0]
    simple = head.kinds[:1] == ("NAME",) and len(head.tokens) == 2 and all(map(_is_value, items))
    name = head.tokens[0].text
    values = ", ".join(source.text[line.tokens[1].start : line.tokens[-1].end] for line in items) if simple else "a, b"
    edit = Edit(Span(head.tokens[0].end, items[-1].tokens[-1].end), f" = [{values}]")
    return Diagnostic(
        codes.FOREIGN_STATEMENT,
        "a list is not written with dashes",
        Place(source, Span(dash.start, dash.end)),
        f"write `{name} = [{values}]`" if len(values) < 60 else f"write `{name} = [a, b]`",
        fix=Fix((edit,), safe=True) if simple else None,
    )


def _is_value(line: Line) -> bool:
    return len(line.tokens) == 2 and line.kinds[1] in {"NAME", "NUMBER", "STRING"}


def _bracketed(head: Line, items: list[Line]) -> Line:
    name = head.tokens[0]
    tokens = [name, _put("ASSIGN", "=", name.end), _put("LSQB", "[", name.end)]
    for line in items:
        tokens += [line.tokens[1], _put("COMMA", ",", line.tokens[1].end)]
    return Line((*tokens, _put("RSQB", "]", items[-1].tokens[-1].end)), head.indent)


def _put(kind: str, text: str, at: int) -> Token:
    return Token(kind, text, at, at)
