"""What breaks a budget rule, and the change that mends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ftspec.compile.lower.condition import UnknownCost, holds_for, limit_of, quantities_in
from ftspec.plan.devices import device_names, find_device
from ftspec.plan.explain.resources import way_text
from ftspec.plan.explain.words import duration, gibibytes, money
from ftspec.plan.facts import Facts, Target
from ftspec.plan.plan import Plan, Resources
from ftspec.plan.resources import Estimate
from ftspec.plan.steps import Train
from ftspec.spec.rules import Rule

Holds = Callable[[Resources], bool]


def broken(rule: Rule, plan: Plan) -> str:
    """What the plan takes, and the part of it that weighs most."""
    resources = plan.resources
    match next(quantities_in(rule.condition), "time"):
        case "memory":
            memory = resources.memory
            part, size = max(memory.parts.items(), key=lambda each: each[1])
            total = gibibytes(memory.total_bytes)
            return f"{memory.step} takes {total} GiB at its peak, most of it {part}: {gibibytes(size)} GiB"
        case "cost":
            return f"the plan costs about {money(resources.cost or 0.0)}, most of it in {_heaviest(resources)}"
        case _:
            return f"the plan takes about {duration(resources.time_seconds)}, most of it in {_heaviest(resources)}"


def _heaviest(resources: Resources) -> str:
    """The step that takes longest, and its share."""
    id, seconds = max(resources.time_parts.items(), key=lambda each: each[1], default=("the whole", 0.0))
    return f"{id} ({seconds / max(1e-9, resources.time_seconds):.0%})"


def mend(rule: Rule, plan: Plan, facts: Facts) -> str:
    """The nearest change with which the rule holds."""
    limit = limit_of(rule.condition, "memory")
    if limit is not None and "memory" in quantities_in(rule.condition):
        ways = Estimate(plan.steps, facts, plan.target).ways(int(limit))
        return way_text(ways[0]) if ways else "no change of these settings makes it fit: train a smaller model"

    def holds(resources: Resources) -> bool:
        try:
            return resources.memory.fits and holds_for(rule.condition, resources)
        except UnknownCost:
            return False

    said = [each for each in (_shorter(plan, facts, holds), _elsewhere(plan, facts, holds)) if each]
    return "; or ".join(said) or "train on fewer rows, or a smaller model"


def _shorter(plan: Plan, facts: Facts, holds: Holds) -> str | None:
    """The most optimizer steps of the longest stage with which the rule holds."""
    times = plan.resources.time_parts
    stage = max(plan.of(Train), key=lambda train: times.get(train.id, 0.0))

    def with_steps(count: int) -> Resources:
        changed = stage.model_copy(
            update={"optimizer_steps": count, "epochs": stage.epochs * count / stage.optimizer_steps}
        )
        steps = tuple(changed if step.id == stage.id else step for step in plan.steps)
        return Estimate(steps, facts, plan.target).resources

    low, high = 0, stage.optimizer_steps
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(with_steps(middle)) else (low, middle)
    if low == 0:
        return None
    return f"`--set {stage.id.removeprefix('train.')}.length='{low} steps'` in place of {stage.optimizer_steps:,}"


def _elsewhere(plan: Plan, facts: Facts, holds: Holds) -> str | None:
    """The device of the catalogue that costs least, of those on which the rule holds."""
    found = []
    for target in _devices():
        resources = Estimate(plan.steps, facts, target).resources
        if holds(resources):
            found.append((target.hourly_cost is None, resources.cost or 0.0, target.memory_bytes, target, resources))
    if not found:
        return None
    *_, target, resources = min(found, key=lambda each: each[:3])
    price = "" if resources.cost is None else f" for {money(resources.cost)}"
    return f"`--device {target.name}`: about {duration(resources.time_seconds)}{price}"


def _devices() -> Iterator[Target]:
    """Single GPUs; prices and rates of whole machines follow from theirs."""
    for name in device_names():
        found = find_device(name)
        if isinstance(found, Target) and found.kind == "cuda" and found.count == 1:
            yield found
