"""Several declared outputs: each is written, reloaded, and held against the same rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ftspec.compile.lower.seeds import readings
from ftspec.kinds.metrics import Metric, Need
from ftspec.kinds.registry import make
from ftspec.plan.plan import Gate
from ftspec.plan.steps import Evaluate, Export, Measurement
from ftspec.spec.rules import Arithmetic, Comparison, Logic, Reading


def measured_as(
    evaluate: Evaluate, gates: Sequence[Gate], further: Sequence[Export]
) -> tuple[Evaluate, tuple[Gate, ...]]:
    """The step with the measurements of every further form, and each rule about the artefact once for each form.

    What people say is not asked twice, and a stage that a rule names by `of` has one form.
    """
    taken = {each.id: each for each in evaluate.measurements}
    found = [*gates, *(again for step in further for gate in gates for again in _again(gate, step, taken))]
    needs = (*evaluate.needs, *(step.id for step in further))
    return evaluate.model_copy(update={"measurements": tuple(taken.values()), "needs": needs}), tuple(found)


def _again(gate: Gate, step: Export, taken: dict[str, Measurement]) -> list[Gate]:
    """The gate about another form; none where it is not about the artefact."""
    read = [gate.measurement, *(readings(gate.condition) if gate.condition is not None else [])]
    names = {id: f"{id} @ {step.id}" for id in read if _is_of_artefact(taken[id])}
    if gate.measurement not in names:
        return []
    for id, name in names.items():
        taken.setdefault(name, taken[id].model_copy(update={"id": name, "subject": step.id}))
    condition = None if gate.condition is None else _renamed(gate.condition, names)
    changes = {
        "rule": f"{gate.rule} @ {step.inside}",
        "condition": condition,
        "measurement": names[gate.measurement],
        "repeats": (),
        "form": step.inside,
    }
    return [gate.model_copy(update=changes)]


def _is_of_artefact(measurement: Measurement) -> bool:
    metric = make("metrics", dict(measurement.metric))
    assert isinstance(metric, Metric)
    return measurement.subject == "export" and metric.need is not Need.RATINGS


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    """A condition or an expression that reads other measurements."""
    match node:
        case Reading(measurement=id):
            return Reading(measurement=names.get(id, id))
        case Arithmetic() | Comparison() | Logic():
            sides = {"left": _renamed(node.left, names), "right": _renamed(node.right, names)}
            return node.model_copy(update=sides)
        case _:
            return node
