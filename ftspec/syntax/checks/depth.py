"""Statements that nest too deep to be read by anyone."""

from __future__ import annotations

from collections.abc import Sequence

from ftspec.syntax.checks.report import says
from ftspec.syntax.lexer import Token
from ftspec.syntax.limits import MAX_DEPTH, MAX_OPERATORS
from ftspec.syntax.lines import Line
from ftspec.syntax.terminals import CLOSERS, OPENERS, OPERATORS
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.source import Source, Span


def depth(source: Source, lines: Sequence[Line]) -> Diagnostic | None:
    """The place where brackets or operators pass their limit, if they do."""
    operators = [0]
    """How many operators each open bracket has seen since its last comma."""

    total = 0
    for line in lines:
        for token in line.tokens:
            if token.kind in OPENERS:
                operators.append(0)
            elif token.kind in CLOSERS and len(operators) > 1:
                total -= operators.pop()
            elif token.kind == "COMMA":
                total -= operators[-1]
                operators[-1] = 0
            elif token.kind in OPERATORS:
                operators[-1] += 1
                total += 1
            if len(operators) > MAX_DEPTH + 1 or total > MAX_OPERATORS:
                return _too_deep(source, token, total > MAX_OPERATORS)
    return None


def _too_deep(source: Source, token: Token, operators: bool) -> Diagnostic:
    if operators:
        message = f"an expression has more than {MAX_OPERATORS} operators"
    else:
        message = f"brackets are nested more than {MAX_DEPTH} deep"
    return says(source, codes.TOO_DEEP, message, Span(token.start, token.end), "name parts of it with `let`")
