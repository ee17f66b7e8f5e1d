"""`gates { seeds = 3 }`: every stage is trained with further seeds, and gates read all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ftspec.kinds.metrics import Metric, Need
from ftspec.kinds.registry import make
from ftspec.plan.plan import Gate
from ftspec.plan.steps import Evaluate, Export, Measurement, Train
from ftspec.spec.rules import Arithmetic, Comparison, Condition, Expression, Logic, Reading

_OF_THE_WEIGHTS = frozenset(
    {Need.ANSWERS, Need.TOKEN_LOSSES, Need.CONTINUATIONS, Need.CHOICES, Need.PREFERENCES, Need.BENCHMARK, Need.SWAPS}
)
"""What another seed changes, and what can be observed on a stage by itself."""


def repeated(trains: Sequence[Train], evaluate: Evaluate, export: Export, seeds: int) -> tuple[Train, ...]:
    """Every stage that gates read, and those it starts from, once more for each further seed; before the originals.

    What else a stage reads, such as a reward model, is the same for all seeds.
    """
    by_id = {step.id: step for step in trains}
    subjects = {export.stage, *(each.subject for each in evaluate.measurements if each.subject in by_id)}
    ids = {id for subject in subjects for id in _chain(subject, by_id)}
    wanted = [step for step in trains if step.id in ids]
    copies = (_copy(step, number) for number in range(2, seeds + 1) for step in wanted)
    return (*copies, *trains)


def _chain(id: str | None, by_id: Mapping[str, Train]) -> list[str]:
    return [] if id is None else [id, *_chain(by_id[id].from_, by_id)]


def measured_again(
    evaluate: Evaluate, gates: Sequence[Gate], export: Export, seeds: int
) -> tuple[Evaluate, tuple[Gate, ...]]:
    """The step with the measurements of the further seeds, and the gates that read them."""
    taken = {each.id: each for each in evaluate.measurements}
    found = tuple(_gate(gate, taken, export, seeds) for gate in gates)
    subjects = (each.subject for each in taken.values() if each.subject != "shipped")
    needs = tuple(dict.fromkeys((*evaluate.needs, *subjects)))
    return evaluate.model_copy(update={"measurements": tuple(taken.values()), "needs": needs}), found


def _name(id: str, number: int) -> str:
    return f"{id}.seed{number}"


def _copy(step: Train, number: int) -> Train:
    from_ = _name(step.from_, number) if step.from_ is not None else None
    needs = tuple(from_ if from_ is not None and id == step.from_ else id for id in step.needs)
    changes = {"id": _name(step.id, number), "seed": step.seed + number - 1, "from_": from_, "needs": needs}
    return step.model_copy(update=changes)


def _gate(gate: Gate, taken: dict[str, Measurement], export: Export, seeds: int) -> Gate:
    read = [gate.measurement, *(readings(gate.condition) if gate.condition is not None else [])]
    trained = [taken[id] for id in dict.fromkeys(read) if taken[id].subject.startswith(("export", "train."))]
    if not all(_repeats(each) for each in trained):
        return gate
    repeats = tuple(_seed(trained, taken, export, number) for number in range(2, seeds + 1))
    return gate.model_copy(update={"repeats": repeats})


def readings(node: Condition | Expression) -> list[str]:
    """The ids of the measurements that a rule reads."""
    match node:
        case Reading(measurement=id):
            return [id]
        case Arithmetic() | Comparison() | Logic():
            return [*readings(node.left), *readings(node.right)]
        case _:
            return []


def _repeats(measurement: Measurement) -> bool:
    metric = make("metrics", dict(measurement.metric))
    return isinstance(metric, Metric) and metric.need in _OF_THE_WEIGHTS


def _seed(
    trained: Sequence[Measurement], taken: dict[str, Measurement], export: Export, number: int
) -> Mapping[str, str]:
    """By id: the same measurement on the stage of another seed, which is taken too."""
    found = {}
    for each in trained:
        stage = export.stage if each.subject == "export" else each.subject
        subject = _name(stage, number)
        id = f"{each.id.partition(' @ ')[0]} @ {subject}"
        taken.setdefault(id, each.model_copy(update={"id": id, "subject": subject}))
        found[each.id] = id
    return found
