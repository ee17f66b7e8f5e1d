"""The whole lowering, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import ftspec
from ftspec.compile.advice import check_facts
from ftspec.compile.codes import NOTHING_TO_TRAIN
from ftspec.compile.lower.auto.limits import fitted_evaluation
from ftspec.compile.lower.budget import hold_budget
from ftspec.compile.lower.data import generate_steps, prepare_steps
from ftspec.compile.lower.draft import Draft
from ftspec.compile.lower.fit import hold_memory
from ftspec.compile.lower.forms import measured_as
from ftspec.compile.lower.gates import evaluation
from ftspec.compile.lower.measurable import check_measurable
from ftspec.compile.lower.models import fetch_steps, stretched
from ftspec.compile.lower.output import export_steps
from ftspec.compile.lower.search import search_record, searched
from ftspec.compile.lower.seeds import measured_again, repeated
from ftspec.compile.lower.train import train_steps
from ftspec.compile.lower.writers import check_writers
from ftspec.plan.canonical import sealed
from ftspec.plan.facts import Facts
from ftspec.plan.plan import Plan, Resources, SpecRecord
from ftspec.plan.resources import Estimate
from ftspec.plan.steps import Step
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic


@dataclass(frozen=True)
class Lowered:
    """A plan, or None, and what was found on the way."""

    plan: Plan | None
    diagnostics: tuple[Diagnostic, ...]


def lower(spec: Spec, facts: Facts) -> Lowered:
    """The plan for a spec on the target of `facts`."""
    draft = Draft(spec, facts)
    if not spec.trains:
        message = "this spec trains nothing, so there is nothing to plan"
        draft.report(NOTHING_TO_TRAIN, message, "goal", "add a `train` block")
        return Lowered(None, tuple(draft.found))
    facts = draft.facts = replace(facts, models=stretched(draft))
    models, data = fetch_steps(draft), prepare_steps(draft)
    trains = train_steps(draft)
    check_writers(draft)
    if any(each.is_error for each in draft.found):
        return Lowered(None, tuple(draft.found))
    export, *further = export_steps(draft)
    check_measurable(draft)
    evaluate, decide, gates = evaluation(draft)
    evaluate = fitted_evaluation(evaluate, (*models, *trains, export), draft)
    if (seeds := spec.gates.seeds) > 1:
        trains = repeated(trains, evaluate, export, seeds)
        evaluate, gates = measured_again(evaluate, gates, export, seeds)
    if further:
        evaluate, gates = measured_as(evaluate, gates, further)
    steps = in_order((*models, *data, *generate_steps(draft), *trains, export, *further, evaluate, decide))
    search = search_record(spec)
    plan = Plan(
        ftspec=ftspec.__version__,
        spec=_record(spec),
        target=facts.target,
        steps=steps,
        resources=searched(_resources(Estimate(steps, facts, facts.target)), search),
        search=search,
        gates=gates,
        waivers=_waivers(spec),
        origins=dict(sorted(draft.origins.items())),
    )
    hold_memory(plan, draft)
    plan = sealed(hold_budget(plan, draft))
    draft.found.extend(check_facts(spec, plan))
    return Lowered(plan, tuple(draft.found))


def _waivers(spec: Spec) -> tuple[Mapping[str, str], ...]:
    """What the spec does not keep, with its reasons: rules of a policy, leaks, and the gate on general ability."""
    found = [{"rule": each.rule, "because": each.because} for each in spec.waivers]
    reason = (spec.gates.no_general_gate or "").strip()
    return tuple([*found, {"rule": "a gate on general ability", "because": reason}] if reason else found)


def in_order(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Every step after those that it needs, otherwise as they stand."""
    by_id = {step.id: step for step in steps}
    ordered: dict[str, Step] = {}

    def visit(step: Step) -> None:
        for need in getattr(step, "needs", ()):
            if need not in ordered:
                visit(by_id[need])
        ordered.setdefault(step.id, step)

    for step in steps:
        visit(step)
    return tuple(ordered.values())


def _resources(estimate: Estimate) -> Resources:
    """What the plan takes, and what would make it fit where it does not."""
    resources = estimate.resources
    return resources if resources.memory.fits else resources.model_copy(update={"ways": estimate.ways()})


def _record(spec: Spec) -> SpecRecord:
    goal = spec.goal
    if goal is None:
        return SpecRecord(name=spec.name, goal=None, kind=None)
    changes = None if goal.facts_change == "never" else goal.facts_change
    return SpecRecord(
        name=spec.name, goal=goal.sentence, kind=goal.kind, owner=goal.owner, why=goal.why, facts_change=changes
    )
