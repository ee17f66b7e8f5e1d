"""What the grammar lets through and no file should say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from ftspec.syntax import tree as nodes
from ftspec.syntax.build import number_value
from ftspec.syntax.lexer import HIDDEN, Token
from ftspec.syntax.lines import Line
from ftspec.syntax.limits import MAX_DEPTH, MAX_OPERATORS
from ftspec.syntax.strings import bad_escapes
from ftspec.text import codes
from ftspec.text.diagnostic import Code, Diagnostic, Edit, Fix, Place
from ftspec.text.files import BYTE_ORDER_MARK
from ftspec.text.source import Source, Span

_UNSEEN = re.compile(rf"{HIDDEN}+")
_MOST_EDITS = 1_000
_RETURN = re.compile(r"\r(?!\n)")


def _says(source: Source, code: Code, message: str, where: Span, help: str, text: str | None = None) -> Diagnostic:
    fix = None if text is None else Fix((Edit(where, text),), safe=True)
    return Diagnostic(code, message, Place(source, where), help, fix=fix)


def characters(source: Source) -> Iterator[Diagnostic]:
    """A byte order mark, and characters that would stand in the file unseen."""
    mark = len(BYTE_ORDER_MARK) if source.text.startswith(BYTE_ORDER_MARK) else 0
    if mark:
        message = "the file starts with a byte order mark"
        yield _says(source, codes.BYTE_ORDER_MARK, message, Span(0, mark), "save it as plain UTF-8", "")
    for match in _UNSEEN.finditer(source.text, mark):
        names = " ".join(dict.fromkeys(f"U+{ord(each):04X}" for each in match.group()[:4]))
        where = Span(match.start(), match.end())
        help = "remove it; in a string write it as `\\uXXXX`"
        yield _says(source, codes.HIDDEN_CHARACTER, f"an invisible character: {names}", where, help)
    returns = [match.start() for match in islice(_RETURN.finditer(source.text), _MOST_EDITS)]
    if returns:
        edits = tuple(Edit(Span(at, at + 1), "\n") for at in returns)
        place = Place(source, Span(returns[0], returns[0] + 1))
        message = "a line ends with a carriage return alone"
        yield Diagnostic(codes.HIDDEN_CHARACTER, message, place, "end lines with a line feed", fix=Fix(edits, safe=True))


def tokens(source: Source, found: list[Token]) -> Iterator[Diagnostic]:
    """Strings, numbers and trivia, each on its own."""
    for token in found:
        check = _BY_KIND.get(token.kind)
        if check is not None:
            yield from check(source, token)


def _string(source: Source, token: Token) -> Iterator[Diagnostic]:
    if "\\" not in token.text:
        return
    for offset, escape in bad_escapes(token.text):
        where = Span(token.start + offset, token.start + offset + len(escape))
        if escape.startswith("\\u"):
            message = f"`{escape}` is half a character" if len(escape) > 2 else "`\\u` takes four hexadecimal digits"
            yield _says(source, codes.UNKNOWN_ESCAPE, message, where, "write the character itself")
        else:
            message = "a backslash at a line's end means nothing" if escape[1].isspace() else f"`{escape}` means nothing"
            help = 'there are `\\n \\t \\" \\\\ \\uXXXX`; for a backslash write `\\\\`'
            yield _says(source, codes.UNKNOWN_ESCAPE, message, where, help, f"\\{escape}")


def _number(source: Source, token: Token) -> Iterator[Diagnostic]:
    if number_value(token.text) is None:
        where = Span(token.start, token.end)
        yield _says(source, codes.MALFORMED_NUMBER, "the number is too long", where, "no quantity needs that many digits")


def _comment(source: Source, token: Token) -> Iterator[Diagnostic]:
    where = Span(token.start, token.start + 2)
    if token.kind == "foreign_comment":
        yield _says(source, codes.FOREIGN_COMMENT, "`//` starts no comment", where, "write `#`", "#")


def _overflow(source: Source, token: Token) -> Iterator[Diagnostic]:
    where = Span(token.start, token.start + 1)
    yield _says(source, codes.TOO_LARGE, "the file has too many words", where, "nothing from here on was read")


def _blank(source: Source, token: Token) -> Iterator[Diagnostic]:
    where = Span(token.start, token.end)
    name = f"U+{ord(token.text[0]):04X}"
    yield _says(source, codes.UNKNOWN_CHARACTER, f"a space that is none: {name}", where, "write a plain space", " ")


def _block_comment(source: Source, token: Token) -> Iterator[Diagnostic]:
    lines = token.text.removeprefix("/*").removesuffix("*/").split("\n")
    text = "\n".join(f"# {line.strip().removeprefix('*').strip()}".rstrip() for line in lines if line.strip(" *\r\t"))
    where = Span(token.start, token.end)
    place = Place(source, Span(token.start, token.start + 2))
    fix = Fix((Edit(where, text),), safe=False)
    yield Diagnostic(codes.FOREIGN_COMMENT, "`/*` starts no comment", place, "write `#` before each line", fix=fix)


_BY_KIND = {
    "STRING": _string,
    "TRIPLE": _string,
    "NUMBER": _number,
    "foreign_comment": _comment,
    "open_comment": _block_comment,
    "overflow": _overflow,
    "blank": _blank,
}

_OPERATORS = frozenset(
    {"PLUS", "MINUS", "TIMES", "OVER", "AND", "OR", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL", "EQUAL", "NOT_EQUAL"}
)


def depth(source: Source, lines: Sequence[Line]) -> Diagnostic | None:
    """A statement whose brackets or operators nest too deep to be read by anyone."""
    operators = [0]
    total = 0
    for line in lines:
        for token in line.tokens:
            if token.kind in {"LPAR", "LSQB"}:
                operators.append(0)
            elif token.kind in {"RPAR", "RSQB"} and len(operators) > 1:
                total -= operators.pop()
            elif token.kind == "COMMA":
                total -= operators[-1]
                operators[-1] = 0
            elif token.kind in _OPERATORS:
                operators[-1] += 1
                total += 1
            if len(operators) > MAX_DEPTH + 1 or total > MAX_OPERATORS:
                return _too_deep(source, token, total > MAX_OPERATORS)
    return None


def _too_deep(source: Source, token: Token, operators: bool) -> Diagnostic:
    where = Span(token.start, token.end)
    if operators:
        message = f"an expression has more than {MAX_OPERATORS} operators"
    else:
        message = f"brackets are nested more than {MAX_DEPTH} deep"
    return _says(source, codes.TOO_DEEP, message, where, "name parts of it with `let`")


def tree(file: nodes.File) -> Iterator[Diagnostic]:
    """What can only be seen in the tree: arguments out of order, paths without quotes, a unit that is none."""
    waiting: list[object] = list(reversed(file.statements))
    while waiting:
        node = waiting.pop()
        check = _BY_NODE.get(type(node))
        if check is not None:
            found = list(check(file.source, node))
            yield from found
            if found and isinstance(node, nodes.Binary):
                continue
        waiting.extend(reversed(_children(node)))


def _children(node: object) -> tuple[object, ...]:
    match node:
        case nodes.Block(body=body):
            return body
        case nodes.Attribute(value=value) | nodes.Let(value=value) | nodes.Argument(value=value):
            return (value,)
        case nodes.Rule(expression=expression, condition=condition):
            return (expression, condition)
        case nodes.Waiver(rule=expression) | nodes.Negative(operand=expression):
            return (expression,)
        case nodes.Call(arguments=arguments):
            return arguments
        case nodes.Sequence(items=items):
            return items
        case nodes.Binary(left=left, right=right):
            return (left, right)
    return ()


def _call(source: Source, call: nodes.Call) -> Iterator[Diagnostic]:
    named = None
    for argument in call.arguments:
        if argument.name is not None:
            named = argument.name
        elif named is not None:
            message = "an argument without a name stands after one with a name"
            help = f"put it before `{named.text} = …`, or name it"
            yield _says(source, codes.ARGUMENT_ORDER, message, argument.span, help)


_EXTENSIONS = frozenset("bin csv ft gguf gz json jsonl md parquet py safetensors tsv txt yaml yml zst".split())


def _binary(source: Source, node: nodes.Binary) -> Iterator[Diagnostic]:
    """`data/tickets.jsonl` without quotes reads as a division, `org/name-7B` as arithmetic."""
    text = source.text[node.span.start : node.span.end]
    if any(each.isspace() for each in text) or "/" not in text or not re.fullmatch(r"[\w./+-]+", text):
        return
    extension = text.rpartition(".")[2]
    if extension in _EXTENSIONS or re.search(r"/[A-Za-z][\w.]*-", text):
        message = "a path stands in quotes"
        found = _says(source, codes.MISSING_QUOTES, message, node.span, f'write `"{text}"`', f'"{text}"')
        yield found


_UNIT_TAIL = re.compile(r"_[0-9_]+|[xob][0-9a-fA-F_]+")


def _unit(source: Source, number: nodes.Number) -> Iterator[Diagnostic]:
    if number.unit is None:
        return
    text = source.text[number.span.start : number.span.end]
    first = number.scale or number.unit
    if "\n" in text:
        where = Span(number.span.start, number.unit.span.end)
        at = source.text.index("\n", number.span.start)
        end = number.span.start + len(source.text[number.span.start : at].rstrip())
        message = "a unit stands on the line of its number"
        fix = Fix((Edit(Span(end, end), ","),), safe=False)
        place = Place(source, first.span)
        yield Diagnostic(codes.MISSING_COMMA, message, place, "put it there, or a `,` after the number", fix=fix)
    elif _UNIT_TAIL.fullmatch(first.text) and text[: -len(first.text)][-1:].isdigit():
        where = Span(number.span.start, first.span.end)
        if first.text[0] == "_":
            plain = source.text[where.start : where.end].replace("_", "")
            message = "digits are not grouped by `_`"
            yield _says(source, codes.MALFORMED_NUMBER, message, where, f"write `{plain}`", plain)
        else:
            yield _says(source, codes.MALFORMED_NUMBER, "numbers are decimal", where, "write it in base ten")


_BY_NODE = {nodes.Call: _call, nodes.Binary: _binary, nodes.Number: _unit}
