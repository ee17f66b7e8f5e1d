"""Several stages as a drawn order: what starts from what, who writes which data, who judges and teaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from ftspec.plan.explain.table import Entry, Section, Text
from ftspec.plan.explain.words import name, plural
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Generate, PrepareData, Train

Node = Train | Generate


def stage_section(plan: Plan) -> Section:
    """The tree of what starts from what; nothing for a single stage."""
    if len(nodes(plan)) < 2:
        return Section("order")
    return Section("order", (Entry("", tuple(map(Text, drawn(plan)))),))


def nodes(plan: Plan) -> list[Node]:
    """What takes time: stages, and data that models write, in the order of the plan."""
    return [step for step in plan.steps if isinstance(step, Train | Generate)]


def parent(node: Node) -> str:
    """The id of what a node stands below: what a stage starts from, who writes data."""
    match node:
        case Train():
            return node.from_ or node.model
        case Generate():
            return node.makers[0]
        case _:
            assert_never(node)


def read_by(node: Node, plan: Plan) -> list[str]:
    """The ids of the other nodes and models that a node needs: a judge, a teacher, data that models write."""
    found: list[str] = []
    for need in node.needs:
        step = plan.by_id[need]
        found += _written(step, plan) if isinstance(step, PrepareData) else [need]
    return [each for each in dict.fromkeys(found) if each not in (parent(node), getattr(node, "model", None))]


def _written(data: PrepareData, plan: Plan) -> Iterator[str]:
    """The ids of what models write for some data, through the parts of a mixture."""
    for need in data.needs:
        step = plan.by_id[need]
        if isinstance(step, PrepareData):
            yield from _written(step, plan)
        elif isinstance(step, Generate):
            yield need


def drawn(plan: Plan) -> list[str]:
    """One line a model or stage, a stage below what it starts from."""
    every = nodes(plan)
    known = {node.id for node in every}
    lines: list[str] = []
    for model in dict.fromkeys(parent(node) for node in every if parent(node) not in known):
        lines.append(name(model))
        lines += _below(model, every, plan, "")
    return lines


def _below(id: str, every: Sequence[Node], plan: Plan, indent: str) -> Iterator[str]:
    children = [node for node in every if parent(node) == id]
    for place, node in enumerate(children, 1):
        last = place == len(children)
        yield f"{indent}{'└─' if last else '├─'} {name(node.id)}  {about(node, plan)}"
        yield from _below(node.id, every, plan, indent + ("   " if last else "│  "))


def about(node: Node, plan: Plan) -> str:
    """`ppo, 200 steps, uses judge`; `judged, 400 rows, uses labeller`."""
    also = [name(each) for each in read_by(node, plan)]
    uses = f", uses {', '.join(also)}" if also else ""
    match node:
        case Train():
            return f"{node.objective['name']}, {plural(node.optimizer_steps, 'step')}{uses}"
        case Generate():
            return f"{node.source['name']}, {plural(node.rows, 'row')}{uses}"
        case _:
            assert_never(node)
