"""Writes an expression back as text, in the one formatting."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from ftspec.syntax.tree import (
    COMPARISONS,
    Argument,
    Binary,
    Call,
    Expression,
    Negative,
    Number,
    Operator,
    Reference,
    Sequence,
    Text,
)

_GLUED = frozenset({"%", "B", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB", "ms", "s", "min", "h", "d"})
"""Units that stand against their number: `24GiB`, `15%`."""


def expression_text(node: Expression) -> str:
    """The expression as a person would write it, with only the parentheses it needs."""
    match node:
        case Number():
            return _number(node)
        case Text():
            return _quoted(node.value)
        case Reference():
            return node.text
        case Call():
            return f"{node.name.text}({', '.join(map(_argument, node.arguments))})"
        case Sequence():
            return f"[{', '.join(map(expression_text, node.items))}]"
        case Negative():
            return f"-{_inner(node.operand, _tightness(Operator.TIMES))}"
        case Binary():
            own = _tightness(node.operator)
            return f"{_inner(node.left, own)} {node.operator} {_inner(node.right, own + 1)}"
        case _:
            assert_never(node)


def _inner(node: Expression, tightness: int) -> str:
    text = expression_text(node)
    return f"({text})" if isinstance(node, Binary) and _tightness(node.operator) < tightness else text


def _tightness(operator: Operator) -> int:
    if operator in COMPARISONS:
        return 3
    return {Operator.OR: 1, Operator.AND: 2, Operator.PLUS: 4, Operator.MINUS: 4}.get(operator, 5)


def _argument(argument: Argument) -> str:
    value = expression_text(argument.value)
    return f"{argument.name.text} = {value}" if argument.name else value


def _number(node: Number) -> str:
    digits = number_text(node.value)
    unit = node.unit.text if node.unit else ""
    scale = node.scale.text if node.scale else ""
    space = "" if not unit or unit in _GLUED else " "
    return f"{digits}{scale}{space}{unit}"


def number_text(value: Decimal) -> str:
    """Plain digits where they are short, else with an exponent: `90`, `0.9`, `1e-7`."""
    plain = f"{value:f}"
    short = str(value).lower().replace("e+", "e")
    return plain if len(plain) <= 12 else short


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'
