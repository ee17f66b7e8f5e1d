"""Answers that a model did not end by itself: they were cut off, and scored as far as they went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ftspec.evaluate.results import data_name
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate, PlannedUse


def unended(plan: Plan, items: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """A sentence for each part of the data, about the model that ships and its further forms."""
    told: set[tuple[tuple[PlannedUse, ...], str]] = set()
    for step in plan.of(Evaluate):
        for each in step.measurements:
            lines = [line for line in items.get(each.id, ()) if "finished" in line]
            cut = sum(line["finished"] is False for line in lines)
            if not cut or not each.subject.startswith("export") or (each.uses, each.subject) in told:
                continue
            told.add((each.uses, each.subject))
            form = each.subject.partition(".")[2]
            where = data_name(each.uses) + (f", {form}," if form else "")
            most = step.generation.max_new_tokens
            yield f"{cut:,} of {len(lines):,} answers to {where} did not end: they were cut off after {most:,} tokens."
