"""`gates { seeds = 3 }` in the plan."""

from __future__ import annotations

from ftspec.compile.lower.seeds import measured_again, repeated
from ftspec.plan.plan import Gate
from ftspec.plan.steps import Evaluate, Export, Generation
from ftspec.spec.rules import Comparison, Constant, Reading
from tests.evaluate.scenes import measurement
from tests.plan.plans import train as train_step

ID = "accuracy(tickets.test)"
EXPORT = Export(id="export", stage="train.second", form="adapter", card=False, needs=("train.second",))


def planned() -> tuple[Evaluate, tuple[Gate, ...]]:
    taken = (
        measurement(ID, "accuracy"),
        measurement(f"{ID} @ model.base", "accuracy", "model.base"),
        measurement("latency(tickets.test)", "latency"),
    )
    generation = Generation(max_new_tokens=1, batch_tokens=1)
    evaluate = Evaluate(id="evaluate", measurements=taken, generation=generation, samples=0, needs=("export",))
    gates = [
        Gate(
            verb="require",
            rule=each.id,
            condition=Comparison(operator=">=", left=Reading(measurement=each.id), right=Constant(value=0.5)),
            measurement=each.id,
            baseline=None,
            because=None,
        )
        for each in (taken[0], taken[2])
    ]
    return evaluate, tuple(gates)


def test_each_stage_is_trained_with_every_seed() -> None:
    first = train_step(id="train.first", seed=7)
    second = train_step(id="train.second", **{"from": "train.first"}, needs=("train.first", "data.tickets"), seed=7)
    judge = train_step(id="train.judge", seed=7)
    evaluate, _ = planned()
    steps = repeated((first, judge, second), evaluate, EXPORT, 3)
    assert [(step.id, step.seed, step.from_) for step in steps] == [
        ("train.first.seed2", 8, None),
        ("train.second.seed2", 8, "train.first.seed2"),
        ("train.first.seed3", 9, None),
        ("train.second.seed3", 9, "train.first.seed3"),
        ("train.first", 7, None),
        ("train.judge", 7, None),
        ("train.second", 7, "train.first"),
    ]
    assert steps[1].needs == ("train.first.seed2", "data.tickets")


def test_gates_read_every_seed_where_the_seed_makes_a_difference() -> None:
    evaluate, gates = measured_again(*planned(), EXPORT, 3)
    accuracy, latency = gates
    again = [f"{ID} @ train.second.seed{number}" for number in (2, 3)]
    assert accuracy.repeats == ({ID: again[0]}, {ID: again[1]})
    assert latency.repeats == ()
    subjects = {each.id: each.subject for each in evaluate.measurements}
    assert [subjects[id] for id in again] == ["train.second.seed2", "train.second.seed3"]
    assert {"train.second.seed2", "train.second.seed3"} <= set(evaluate.needs)
