"""The preview of a plan in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from ftspec.plan.explain.resources import assumed_section, fit_section, memory_section, time_section
from ftspec.plan.explain.sections import sections
from ftspec.plan.explain.table import Tone, laid_out, padded, painted
from ftspec.plan.plan import Plan
from ftspec.text.display import columns, printable


def preview(plan: Plan, *, width: int = 80, color: bool = False) -> str:
    """What will happen, for a reader: one line or a few for each part, at most `width` columns wide."""
    head = f"{printable(plan.spec.name)} · {plan.digest[:12]}"
    return f"{_title(head, plan, width, color)}\n\n{laid_out(sections(plan, width), width, color)}"


def per_thousand(plan: Plan, assumed: Sequence[str], *, width: int = 80, color: bool = False) -> str:
    """What the plan would take if each of the data sets named held a thousand rows, and nothing else of it."""
    known = (assumed_section(plan, assumed), memory_section(plan), fit_section(plan), time_section(plan))
    head = f"{printable(plan.spec.name)} · per 1,000 rows"
    return f"{_title(head, plan, width, color)}\n\n{laid_out([each for each in known if each.entries], width, color)}"


def _title(head: str, plan: Plan, width: int, color: bool) -> str:
    device = printable(f"for {plan.target.title}")
    room = width - columns(device)
    if columns(head) + 2 > room:
        return f"{painted(head, Tone.NAME, color)}\n{painted(device, Tone.QUIET, color)}"
    return painted(padded(head, room), Tone.NAME, color) + painted(device, Tone.QUIET, color)
