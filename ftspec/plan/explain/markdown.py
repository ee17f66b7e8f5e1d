"""A plan for a pull request: one comment, in which nothing that users wrote is markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ftspec.plan.explain.escape import code, escaped
from ftspec.plan.explain.gates import gate_notes, how_decided
from ftspec.plan.explain.mermaid import mermaid
from ftspec.plan.explain.resources import (
    assumed_section,
    fit_section,
    memory_parts,
    memory_sum,
    memory_title,
    time_title,
)
from ftspec.plan.explain.sections import sections
from ftspec.plan.explain.table import Section
from ftspec.plan.explain.words import money
from ftspec.plan.plan import Plan

_ELSEWHERE = frozenset({"memory", "time", "gates"})


def markdown(plan: Plan) -> str:
    """A heading, a table of what happens, one of what it takes, one of the gates."""
    return "\n".join(
        (
            f"### {escaped(plan.spec.name)}: plan `{plan.digest[:12]}`",
            "",
            *_table(("", "", ""), (row for section in sections(plan) for row in _rows(section))),
            "",
            *([graph] if (graph := mermaid(plan)) else []),
            *_table(("memory", "time", "cost"), [_takes(plan)]),
            "",
            *_gates(plan),
        )
    )


def per_thousand_markdown(plan: Plan, assumed: Sequence[str]) -> str:
    """What the plan would take if each of the data sets named held a thousand rows, and nothing else of it."""
    known = (assumed_section(plan, assumed), fit_section(plan))
    return "\n".join(
        (
            f"### {escaped(plan.spec.name)}: per 1,000 rows",
            "",
            *_table(("", "", ""), (row for section in known for row in _rows(section))),
            "",
            *_table(("memory", "time", "cost"), [_takes(plan)]),
            "",
        )
    )


def _rows(section: Section) -> Iterator[tuple[str, ...]]:
    if section.label in _ELSEWHERE:
        return
    for place, entry in enumerate(section.entries):
        drawn = code if section.label == "order" else escaped  # a drawing needs its spaces
        lines = "<br>".join(drawn(text.text) for text in entry.lines if text.text)
        yield (f"**{section.label}**" if place == 0 else "", escaped(entry.name), lines)


def _takes(plan: Plan) -> tuple[str, ...]:
    resources = plan.resources
    sign = "" if resources.memory.fits else "⚠ does not fit: "
    parts = escaped(" · ".join(memory_parts(resources.memory)))
    title = f"{sign}{escaped(memory_title(resources.memory))}"
    sums = map(escaped, memory_sum(resources.memory))
    memory = "<br>".join((title, parts, *sums, f"on {escaped(plan.target.title)}"))
    time = f"{escaped(time_title(resources))}<br>{escaped(resources.time_source)}"
    cost = "no price is known" if resources.cost is None else escaped(f"about {money(resources.cost)}")
    return (memory, time, cost)


def _gates(plan: Plan) -> Iterator[str]:
    if not plan.gates:
        yield "No gates.\n"
        return
    rows = (
        (gate.verb, code(gate.rule), escaped(", ".join(gate_notes(gate, plan))), escaped(gate.because or ""))
        for gate in plan.gates
    )
    yield from _table(("gate", "rule", "sees", "because"), rows)
    yield ""
    if how := how_decided(plan):
        yield f"{escaped(how).capitalize()}.\n"


def _table(head: Sequence[str], rows: Iterator[tuple[str, ...]] | Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
