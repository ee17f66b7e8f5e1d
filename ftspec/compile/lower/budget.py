"""The `budget` block is decided here and now: the plan either keeps it or does not."""

from __future__ import annotations

from ftspec.compile.codes import OVER_BUDGET, UNKNOWN_COST
from ftspec.compile.lower.condition import UnknownCost, holds_for
from ftspec.compile.lower.draft import Draft
from ftspec.plan.plan import Plan


def hold_budget(plan: Plan, draft: Draft) -> Plan:
    """The plan with every budget rule decided; broken `require` rules are reported."""
    records = []
    for number, rule in enumerate(draft.spec.budget.rules):
        path = f"budget.rules.{number}"
        try:
            holds = holds_for(rule.condition, plan.resources)
        except UnknownCost:
            help = "add `hourly_cost = 2.50 USD` to a `hardware` block"
            draft.report(UNKNOWN_COST, f"no price is known for {plan.target.name}", path, help)
            continue
        records.append({"verb": rule.verb, "rule": rule.text, "holds": holds, "because": rule.because})
        if not holds and rule.verb == "require":
            from ftspec.compile.lower.mending import broken, mend

            draft.report(OVER_BUDGET, broken(rule, plan), path, mend(rule, plan, draft.facts))
    return plan.model_copy(update={"budget": tuple(records)})
