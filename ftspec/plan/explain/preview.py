"""The preview of a plan in a terminal."""

from __future__ import annotations

from ftspec.plan.explain.sections import sections
from ftspec.plan.explain.table import Tone, laid_out, padded, painted
from ftspec.plan.plan import Plan
from ftspec.text.display import columns, printable


def preview(plan: Plan, *, width: int = 80, color: bool = False) -> str:
    """What will happen, for a reader: one line or a few for each part, at most `width` columns wide."""
    return f"{_title(plan, width, color)}\n\n{laid_out(sections(plan, width), width, color)}"


def _title(plan: Plan, width: int, color: bool) -> str:
    name, device = printable(plan.spec.name), printable(f"for {plan.target.title}")
    head = f"{name} · {plan.digest[:12]}"
    room = width - columns(device)
    if columns(head) + 2 > room:
        return f"{painted(head, Tone.NAME, color)}\n{painted(device, Tone.QUIET, color)}"
    return painted(padded(head, room), Tone.NAME, color) + painted(device, Tone.QUIET, color)
