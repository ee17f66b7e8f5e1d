"""A policy file: `policy { require pinned because "…" }`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ftspec.compile.codes import BAD_EXPRESSION, MISPLACED
from ftspec.compile.policy.codes import EMPTY_POLICY
from ftspec.compile.policy.conditions import Condition, is_condition, read_condition
from ftspec.compile.program.paths import repository_of
from ftspec.compile.program.scope import Scope
from ftspec.compile.program.sections import Program
from ftspec.compile.read.calls import read_call
from ftspec.compile.read.context import Context, Missing
from ftspec.kinds.requirements import Requirement
from ftspec.syntax import parse
from ftspec.syntax.tree import Block, Call, Expression, Let, Reference, Rule, Statement
from ftspec.syntax.unparse import expression_text
from ftspec.text.diagnostic import Diagnostic, Place, in_order
from ftspec.text.files import read_source
from ftspec.text.source import Source

BLOCK = "policy"
_EXAMPLE = 'write `policy {` with rules such as `require pinned because "…"`'


@dataclass(frozen=True)
class Asked:
    """One rule of a policy."""

    verb: str
    """`require` or `warn`."""

    text: str
    """What is asked, in the one formatting: `gate(perplexity)`. A waiver names it so."""

    asks: Requirement | Condition
    when: Condition | None
    because: str | None
    place: Place


@dataclass(frozen=True)
class Policy:
    """All rules of a file, and what is wrong with it."""

    rules: tuple[Asked, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_policy(path: Path) -> Policy:
    """The policy in a file."""
    source = read_source(path)
    if isinstance(source, Diagnostic):
        return Policy((), (source,))
    return policy_in(source, path)


def policy_in(source: Source, path: Path) -> Policy:
    """The policy in a source that lies at `path`."""
    parsed = parse(source)
    folder = path.resolve().parent
    lets = {each.name.text: each.value for each in parsed.file.statements if isinstance(each, Let)}
    scope = Scope(source, folder, repository_of(folder), lets=lets)
    context = Context(Program(scope, {}, {}), folder, parsed.diagnostics)
    nodes = list(_rules(parsed.file.statements, context, scope))
    rules = tuple(asked for node in nodes if not isinstance(asked := _asked(context, node, scope), Missing))
    if not nodes and not context.found:
        context.report(EMPTY_POLICY, "this file has no rules for specs", scope, parsed.file.span, _EXAMPLE)
    return Policy(rules, tuple(in_order(context.found)))


def _rules(statements: Iterable[Statement], context: Context, scope: Scope) -> Iterator[Rule]:
    """The rules in `policy` blocks and outside of every block."""
    for each in statements:
        match each:
            case Rule():
                yield each
            case Block() if each.kind.text == BLOCK:
                yield from _rules(each.body, context, scope)
            case Let():
                pass
            case _:
                context.report(MISPLACED, "a policy holds rules and constants alone", scope, each.span, _EXAMPLE)


def _asked(context: Context, node: Rule, scope: Scope) -> Asked | Missing:
    if node.verb.text == "report":
        help = "write `require`, or `warn` for what is only shown"
        return context.report(MISPLACED, "a policy has nothing to measure", scope, node.verb.span, help)
    asks = _asks(context, node.expression, scope)
    when = None if node.condition is None else read_condition(context, node.condition, scope)
    if isinstance(asks, Missing) or isinstance(when, Missing):
        return Missing()
    because = node.because.value if node.because else None
    text = expression_text(node.expression)
    return Asked(node.verb.text, text, asks, when, because, scope.place(node.span))


def _asks(context: Context, node: Expression, scope: Scope) -> Requirement | Condition | Missing:
    if is_condition(node):
        return read_condition(context, node, scope)
    if isinstance(node, Reference) and len(node.parts) == 1:
        node = Call(node.parts[0], (), span=node.span)
    if not isinstance(node, Call):
        help = "write a requirement such as `pinned`, or compare an attribute: `goal.kind == domain`"
        return context.report(BAD_EXPRESSION, "this asks nothing of a spec", scope, node.span, help)
    asks = read_call(context, node, scope, "requirements")
    assert isinstance(asks, Requirement | Missing)
    return asks
