"""Statements that stand where no block holds them."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import MISPLACED
from ftspec.compile.program.scope import Scope
from ftspec.syntax.tree import Attribute, File, Rule, Statement, Turn, Waiver
from ftspec.text.diagnostic import Diagnostic


def check_top(file: File, scope: Scope) -> Iterator[Diagnostic]:
    """Attributes, rules and turns outside of every block."""
    for each in file.statements:
        problem = _problem(each)
        if problem is not None:
            message, help = problem
            span = each.path[0].span.to(each.path[-1].span) if isinstance(each, Attribute) else each.span
            yield Diagnostic(MISPLACED, message, scope.place(span), help)


def _problem(node: Statement) -> tuple[str, str] | None:
    match node:
        case Attribute():
            from ftspec.compile.vocabulary import homes_of

            homes = homes_of(node.path[-1].text)
            help = f"move it into a `{homes[0]}` block" if homes else "move it into a block, or write `let` before it"
            return f"the attribute `{node.name}` stands outside of every block", help
        case Rule():
            return "this rule stands outside of every block", "move it into `gates { … }`"
        case Waiver():
            return None
        case Turn():
            return "this turn stands outside of every block", "move it into a `template` block"
        case _:
            return None
