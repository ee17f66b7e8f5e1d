"""The `budget` block is decided here and now: the plan either keeps it or does not."""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from ftspec.compile.codes import OVER_BUDGET, UNKNOWN_COST
from ftspec.compile.lower.draft import Draft
from ftspec.plan.plan import Plan, Resources
from ftspec.spec.rules import Arithmetic, Comparison, Constant, Logic, Quantity

_COMPARE: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}
_COMBINE: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


class _Unknown(Exception):
    """Raised when a rule asks for a cost and no price is known."""


def hold_budget(plan: Plan, draft: Draft) -> Plan:
    """The plan with every budget rule decided; broken `require` rules are reported."""
    records = []
    for number, rule in enumerate(draft.spec.budget.rules):
        path = f"budget.rules.{number}"
        try:
            holds = _holds(rule.condition, plan.resources)
        except _Unknown:
            help = "add `hourly_cost = 2.50 USD` to a `hardware` block"
            draft.report(UNKNOWN_COST, f"no price is known for {plan.target.name}", path, help)
            continue
        records.append({"verb": rule.verb, "rule": rule.text, "holds": holds, "because": rule.because})
        if not holds and rule.verb == "require":
            message, help = _broken(rule.text, plan.resources)
            draft.report(OVER_BUDGET, message, path, help)
    return plan.model_copy(update={"budget": tuple(records)})


def _holds(node: Any, resources: Resources) -> bool:
    match node:
        case Logic(operator="and"):
            return _holds(node.left, resources) and _holds(node.right, resources)
        case Logic():
            return _holds(node.left, resources) or _holds(node.right, resources)
        case Comparison():
            return _COMPARE[node.operator](_value(node.left, resources), _value(node.right, resources))
        case _:
            return True


def _value(node: Any, resources: Resources) -> float:
    match node:
        case Constant():
            return node.value
        case Arithmetic():
            return _COMBINE[node.operator](_value(node.left, resources), _value(node.right, resources))
        case Quantity(name="memory"):
            return float(resources.memory.total_bytes)
        case Quantity(name="time"):
            return resources.time_seconds
        case Quantity() if resources.cost is not None:
            return resources.cost
        case _:
            raise _Unknown


def _broken(rule: str, resources: Resources) -> tuple[str, str]:
    """What the plan takes, and the part of it that weighs most."""
    part, size = max(resources.memory.parts.items(), key=lambda each: each[1])
    if "memory" in rule:
        total = resources.memory.total_bytes / 2**30
        message = f"the plan takes {total:.1f} GiB at its peak, in {resources.memory.step}"
        help = f"most of it is {part}, {size / 2**30:.1f} GiB: try `gradient_checkpointing = true` or `qlora()`"
        return message, help
    if "cost" in rule:
        return f"the plan costs about {resources.cost:.2f} USD", "train for fewer steps, or on a cheaper device"
    minutes = resources.time_seconds / 60
    return f"the plan takes about {minutes:,.0f} minutes", "train for fewer steps or on a faster device"
