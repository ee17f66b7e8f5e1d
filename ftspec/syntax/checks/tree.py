"""What can only be seen in the tree: arguments out of order, units on another line."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.syntax import tree as nodes
from ftspec.syntax.checks.report import says
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit, Fix, Place
from ftspec.text.source import Source, Span


def tree(file: nodes.File) -> Iterator[Diagnostic]:
    """What is wrong with the nodes of a file, in their order."""
    waiting: list[object] = list(reversed(file.statements))
    while waiting:
        node = waiting.pop()
        yield from _node(file.source, node)
        waiting.extend(reversed(_children(node)))


def _node(source: Source, node: object) -> Iterator[Diagnostic]:
    match node:
        case nodes.Call():
            yield from _call(source, node)
        case nodes.Number():
            yield from _unit(source, node)


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
    bare = _bare_list(call)
    if bare is not None:
        where = bare[0].value.span.to(bare[-1].span)
        text = f"[{source.text[where.start : where.end]}]"
        help = f"write `{text}`" if len(text) <= 60 and "\n" not in text else "write `[…]`"
        fix = Fix((Edit(where, text),), safe=True)
        yield Diagnostic(codes.BARE_LIST, "a list stands in brackets", Place(source, where), help, fix=fix)
        return
    for argument in call.arguments:
        if argument.name is not None:
            named = argument.name
        elif named is not None:
            message = "an argument without a name stands after one with a name"
            help = f"put it before `{named.text} = …`, or name it"
            yield says(source, codes.ARGUMENT_ORDER, message, argument.span, help)


def _bare_list(call: nodes.Call) -> tuple[nodes.Argument, ...] | None:
    """`lora(targets = q_proj, v_proj)`: the arguments from the name on, all of them names or all of them strings."""
    first = next((at for at, each in enumerate(call.arguments) if each.name is not None), None)
    if first is None:
        return None
    at = next((at for at, each in enumerate(call.arguments) if at > first and each.name is None), None)
    if at is None:
        return None
    stop = next((n for n, each in enumerate(call.arguments) if n >= at and each.name is not None), len(call.arguments))
    run = call.arguments[at - 1 : stop]
    kinds = {type(each.value) for each in run}
    return run if kinds in ({nodes.Reference}, {nodes.Text}) else None


def _unit(source: Source, number: nodes.Number) -> Iterator[Diagnostic]:
    if number.unit is None:
        return
    first = number.scale or number.unit
    digits = source.text[number.span.start : first.span.start]
    if "\n" in digits:
        end = number.span.start + len(digits.split("\n", 1)[0].split("#", 1)[0].rstrip())
        fix = Fix((Edit(Span(end, end), ","),), safe=False)
        help = "put it there, or a `,` after the number"
        message = "a unit stands on the line of its number"
        yield Diagnostic(codes.MISSING_COMMA, message, Place(source, first.span), help, fix=fix)
