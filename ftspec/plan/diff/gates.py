"""Changes of the gates: what is decided, and whether it became easier to pass."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftspec.plan.diff.change import Change, Effect
from ftspec.plan.diff.strictness import Strictness, compare
from ftspec.plan.plan import Gate, Plan
from ftspec.plan.steps import Decide

_VERBS = {"require": 2, "warn": 1, "report": 0}
_COMPARATOR = re.compile(r"\s(<=|>=|==|!=|<|>)\s")
_CORRECTIONS = {"none": 0, "holm": 1, "bonferroni": 2}


def gate_changes(old: Plan, new: Plan) -> Iterator[Change]:
    """Removed, added and changed rules, paired by what they measure; then how the interval decides."""
    before, after = _by_key(old), _by_key(new)
    for key in dict.fromkeys((*before, *after)):
        if key not in after:
            yield _removed(before[key])
        elif key not in before:
            yield _added(after[key])
        elif (change := _changed(before[key], after[key])) is not None:
            yield change
    yield from _decisions(old, new)


def _by_key(plan: Plan) -> dict[tuple[str, int], Gate]:
    """By measurement, counted where one is held against several thresholds."""
    found: dict[tuple[str, int], Gate] = {}
    for gate in plan.gates:
        number = sum(measurement == gate.measurement for measurement, _ in found)
        found[(gate.measurement, number)] = gate
    return found


def _removed(gate: Gate) -> Change:
    alarm = "removed" if gate.verb == "require" else None
    return Change(gate.measurement, _shown(gate), "", Effect.REEVALUATE, (), alarm, "gate")


def _added(gate: Gate) -> Change:
    return Change(gate.measurement, "", _shown(gate), Effect.REEVALUATE, ("added",), None, "gate")


def _changed(before: Gate, after: Gate) -> Change | None:
    said = _verdict(before, after)
    if before.rule == after.rule and before.verb == after.verb and before.condition == after.condition:
        if before.because == after.because:
            return None
        return Change(
            before.measurement, before.because or "", after.because or "", Effect.METADATA, ("reason",), None, "gate"
        )
    shown = (_shown(before, after), _shown(after, before))
    if said is Strictness.SAME:
        return Change(before.measurement, *shown, Effect.NOTHING, (), None, "gate")
    alarm = "loosened" if said is Strictness.LOOSER else None
    words = () if said is Strictness.LOOSER else (said.value,)
    return Change(before.measurement, *shown, Effect.REEVALUATE, words, alarm, "gate")


def _verdict(before: Gate, after: Gate) -> Strictness:
    """A weaker verb is looser whatever the threshold says."""
    was, is_now = _VERBS[before.verb], _VERBS[after.verb]
    if was != is_now:
        return Strictness.LOOSER if is_now < was else Strictness.TIGHTER
    return compare(before.condition, after.condition)


def _shown(gate: Gate, other: Gate | None = None) -> str:
    """The rule from its comparator on, with its verb where that differs."""
    match = _COMPARATOR.search(gate.rule)
    text = gate.rule[match.start() :].strip() if match else gate.rule
    return text if other is not None and other.verb == gate.verb else f"{gate.verb} {text}"


def _decisions(old: Plan, new: Plan) -> Iterator[Change]:
    before, after = next(old.of(Decide), None), next(new.of(Decide), None)
    if before is None or after is None:
        return
    if before.confidence != after.confidence:
        looser = (after.confidence or 0.0) < (before.confidence or 0.0)
        shown = (_confidence(before), _confidence(after))
        yield Change("gates.confidence", *shown, Effect.REEVALUATE, (), "loosened" if looser else None)
    if before.correction != after.correction:
        looser = _CORRECTIONS.get(after.correction, 0) < _CORRECTIONS.get(before.correction, 0)
        alarm = "loosened" if looser else None
        yield Change("gates.correction", before.correction, after.correction, Effect.REEVALUATE, (), alarm)
    if before.seed != after.seed:
        yield Change("gates.seed", str(before.seed), str(after.seed), Effect.REEVALUATE)


def _confidence(step: Decide) -> str:
    return "the point decides" if step.confidence is None else f"{100 * step.confidence:g}%"
