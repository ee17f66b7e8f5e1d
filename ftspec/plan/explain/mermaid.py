"""The stages of a plan as a graph in Mermaid, which GitHub and GitLab draw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from ftspec.plan.explain.stages import about, nodes, parent, read_by
from ftspec.plan.explain.words import name
from ftspec.plan.plan import Plan
from ftspec.plan.steps import FetchModel, Generate, Train

_UNSAFE = str.maketrans({'"': "'", "<": "‹", ">": "›", "`": "'", "\n": " "})


def mermaid(plan: Plan) -> str:
    """A fenced graph from models to what ships; empty for a single stage."""
    if len(nodes(plan)) < 2:
        return ""
    return "\n".join(("```mermaid", "flowchart TD", *_lines(plan), "```", ""))


def _lines(plan: Plan) -> Iterator[str]:
    ids = {step.id: f"n{place}" for place, step in enumerate(plan.steps)}
    for model in plan.of(FetchModel):
        yield f'  {ids[model.id]}[("{_text(name(model.id))}")]'
    for node in nodes(plan):
        title = f"{_text(name(node.id))}<br>{_text(about(node, plan).partition(', uses ')[0])}"
        match node:
            case Train():
                yield f'  {ids[node.id]}["{title}"]'
            case Generate():
                yield f'  {ids[node.id]}[/"{title}"/]'
            case _:
                assert_never(node)
        yield f"  {ids[parent(node)]} --> {ids[node.id]}"
        for other in read_by(node, plan):
            yield f"  {ids[other]} -.-> {ids[node.id]}"


def _text(value: str) -> str:
    return value.translate(_UNSAFE)
