"""Statements that stand where no block holds them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator

from ftspec.compile.codes import MISPLACED
from ftspec.compile.program.namespace import SINGLE
from ftspec.compile.program.scope import Scope
from ftspec.syntax.parse import Parsed
from ftspec.syntax.tree import Attribute, Block, Name, Rule, Statement, Turn, Waiver
from ftspec.text.codes import WRONG_LABEL
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.source import Span


def check_top(parsed: Parsed, scope: Scope) -> Iterator[Diagnostic]:
    """Attributes, rules and turns outside of every block, unless the line that should open their block is broken."""
    follows_wreck = wrecks(parsed)
    for each in parsed.file.statements:
        problem = _problem(each)
        if problem is not None and not follows_wreck(each.span):
            message, help = problem
            span = each.path[0].span.to(each.path[-1].span) if isinstance(each, Attribute) else each.span
            yield Diagnostic(MISPLACED, message, scope.place(span), help)


def wrecks(parsed: Parsed) -> Callable[[Span], bool]:
    """Tells whether a syntax error lies between the last whole block and a statement: its block was not opened."""
    if not any(each.is_error for each in parsed.diagnostics):
        return lambda span: False
    ends = sorted(each.span.end for each in parsed.file.statements if isinstance(each, Block))

    def follows(span: Span) -> bool:
        before = bisect_right(ends, span.start)
        return parsed.is_broken(Span(ends[before - 1] if before else 0, span.start))

    return follows


def has_lost_names(parsed: Parsed) -> bool:
    """Whether a name of the file is not known: what defines it is broken, nameless, or stands inside another block."""
    blocks = [each for each in parsed.file.statements if isinstance(each, Block)]
    inner = [each for block in blocks for each in block.body if isinstance(each, Block)]
    if any(isinstance(each.label, Name) == (each.kind.text in SINGLE) for each in blocks):
        return True
    if any(isinstance(each.label, Name) for each in inner):
        return True
    if any(each.code is WRONG_LABEL and each.fix and not each.fix.safe for each in parsed.diagnostics):
        return True
    wrecks = [each.place.span for each in parsed.diagnostics if each.is_error and each.place is not None]
    return any(not _is_inside(wreck, blocks) for wreck in wrecks)


def _is_inside(span: Span, blocks: list[Block]) -> bool:
    """Whether a place lies in the body of a block that could be read."""
    return any(each.kind.span.start < span.start < each.span.end for each in blocks)


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
