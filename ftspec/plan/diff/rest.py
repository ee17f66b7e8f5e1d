"""Changes of what surrounds training and gates: goal, output, evaluation, budget, device."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftspec.plan.diff.change import Change, Effect
from ftspec.plan.diff.fields import differing, written
from ftspec.plan.explain.words import plural
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate, Export

_OUTPUT = {"form": Effect.REEVALUATE, "stage": Effect.REEVALUATE, "gguf": Effect.REEVALUATE}
_EVALUATION = {"generation": Effect.REEVALUATE, "samples": Effect.METADATA}


def rest_changes(old: Plan, new: Plan) -> Iterator[Change]:
    """Everything else that a reviewer may want to know."""
    yield from _compared("goal", old.spec.model_dump(), new.spec.model_dump(), {}, Effect.METADATA, ("name",))
    yield from _compared("output", _first(old, Export), _first(new, Export), _OUTPUT, Effect.METADATA)
    skipped = ("measurements",)
    yield from _compared("evaluate", _first(old, Evaluate), _first(new, Evaluate), _EVALUATION, Effect.NOTHING, skipped)
    yield from _search(old, new)
    yield from _budget(old, new)
    yield from _waivers(old, new)
    if old.target.title != new.target.title:
        yield Change("hardware", old.target.title, new.target.title, Effect.METADATA)


def _first(plan: Plan, kind: Any) -> dict[str, Any]:
    step = next(plan.of(kind), None)
    return {} if step is None else step.model_dump(mode="json")


def _compared(
    path: str,
    before: dict[str, Any],
    after: dict[str, Any],
    effects: dict[str, Effect],
    otherwise: Effect,
    skipped: tuple[str, ...] = (),
) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        if key in (*skipped, "id", "needs"):
            continue
        for inner, was, is_now in differing(key, before.get(key), after.get(key)):
            shown = path if inner == "goal" else f"{path}.{inner}"
            yield Change(shown, written(was), written(is_now), effects.get(key, otherwise))


def _search(old: Plan, new: Plan) -> Iterator[Change]:
    """Other trials, or another metric to choose by, may let another model win."""
    if old.search != new.search:
        yield Change("search", _trials(old), _trials(new), Effect.RETRAIN)


def _trials(plan: Plan) -> str:
    search = plan.search
    return "" if search is None else f"{plural(len(search.trials), 'trial')}, {search.direction} {search.metric}"


def _budget(old: Plan, new: Plan) -> Iterator[Change]:
    """A budget decides at compile time: nothing has to run again, but less of it must be seen."""
    before, after = ([str(rule.get("rule")) for rule in plan.budget] for plan in (old, new))
    for rule in before:
        if rule not in after:
            yield Change(
                _quantity(rule), rule, _like(rule, after, before), Effect.METADATA, (), "budget changed", "budget"
            )
    for rule in after:
        if rule not in before and not _like(rule, before, after):
            yield Change(_quantity(rule), "", rule, Effect.METADATA, ("added",), None, "budget")


def _waivers(old: Plan, new: Plan) -> Iterator[Change]:
    """A waiver changes no result; it is what a reviewer must agree to."""
    before, after = ({each["rule"]: each["because"] for each in plan.waivers} for plan in (old, new))
    for rule in dict.fromkeys((*before, *after)):
        was, is_now = before.get(rule, ""), after.get(rule, "")
        if was != is_now:
            alarm = ("another reason" if was else "rule waived") if is_now else None
            said = () if is_now else ("kept again",)
            yield Change(rule, was, is_now, Effect.METADATA, said, alarm, "policy")


def _quantity(rule: str) -> str:
    return rule.split(" ", 1)[0]


def _like(rule: str, others: list[str], own: list[str]) -> str:
    """The rule on the other side about the same quantity, that this side does not have."""
    return next((each for each in others if _quantity(each) == _quantity(rule) and each not in own), "")
