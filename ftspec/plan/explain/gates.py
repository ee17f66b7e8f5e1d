"""What the preview says of the gates."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.plan.detectable import smallest_difference
from ftspec.plan.explain.table import LABEL, Entry, Text, Tone, padded
from ftspec.plan.explain.words import count
from ftspec.plan.plan import Gate, Plan
from ftspec.plan.steps import Decide, Evaluate, Measurement, PrepareData
from ftspec.spec.rules import Comparison, Constant, Reading
from ftspec.spec.types import Dimension
from ftspec.text.display import columns, printable


def gate_entries(plan: Plan, width: int = 80) -> tuple[Entry, ...]:
    """Each rule as written, with the number of items behind it: beside it where that fits, else below."""
    rules = [f"{gate.verb:<7} {gate.rule}" for gate in plan.gates]
    column = max((columns(printable(rule)) for rule in rules), default=0) + 3
    room = width - LABEL - column
    entries = [
        Entry("", tuple(_lines(rule, gate, plan, column, room)), Tone.PLAIN)
        for rule, gate in zip(rules, plan.gates, strict=True)
    ]
    how = how_decided(plan)
    return (*entries, Entry("", (Text(how, Tone.QUIET),), Tone.PLAIN)) if how else tuple(entries)


def how_decided(plan: Plan) -> str:
    """What is not the usual way: `by 95 % intervals, corrected by holm, over 3 seeds`; empty where points decide."""
    step = next(plan.of(Decide), None)
    if step is None or not plan.gates:
        return ""
    seeds = 1 + max(len(gate.repeats) for gate in plan.gates)
    parts = [f"by {100 * step.confidence:g} % intervals"] if step.confidence is not None else []
    parts += [f"corrected by {step.correction}"] if step.correction != "none" else []
    parts += [f"mean of {seeds} seeds"] if seeds > 1 else []
    return f"decided {', '.join(parts)}" if parts else ""


def _lines(rule: str, gate: Gate, plan: Plan, column: int, room: int) -> Iterator[Text]:
    note = " · ".join([*gate_notes(gate, plan), *([gate.because] if gate.because else [])])
    if not note:
        yield Text(rule)
    elif columns(printable(note)) <= room:
        yield Text(padded(printable(rule), column) + note)
    else:
        yield Text(rule)
        yield Text(" " * 8 + note, Tone.QUIET)


def gate_notes(gate: Gate, plan: Plan) -> Iterator[str]:
    """`n 68`, and the smallest difference that so many items can see when a share is held against a number."""
    items = items_of(gate, plan)
    if not items:
        return
    share = _threshold(gate)
    if share is None:
        yield f"n {count(items)}"
        return
    yield f"n {count(items)}: sees differences from {100 * smallest_difference(items, share):.1f} points"


def items_of(gate: Gate, plan: Plan) -> int:
    """Rows behind the gate's measurement; 0 where it has no data."""
    measurement = _measurements(plan).get(gate.measurement)
    if measurement is None or not measurement.uses:
        return 0
    use = measurement.uses[0]
    step = plan.by_id.get(use.data)
    return step.splits.get(use.split, 0) if isinstance(step, PrepareData) else 0


def _measurements(plan: Plan) -> dict[str, Measurement]:
    return {each.id: each for step in plan.of(Evaluate) for each in step.measurements}


def _threshold(gate: Gate) -> float | None:
    """The share that the gate's value is compared with, when it is compared with one alone."""
    if not isinstance(gate.condition, Comparison):
        return None
    sides = (gate.condition.left, gate.condition.right)
    if not any(isinstance(each, Reading) and each.measurement == gate.measurement for each in sides):
        return None
    shares = [each.value for each in sides if isinstance(each, Constant) and each.dimension is Dimension.SHARE]
    return shares[0] if shares and 0 < shares[0] < 1 else None
