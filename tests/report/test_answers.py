"""Whose answers the report shows: those of the model that ships first, and of further seeds none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ftspec.plan.steps import Evaluate
from ftspec.report.read import RunFolder, read_run
from ftspec.report.view.answers import compared
from ftspec.report.view.gates import gates
from ftspec.report.view.headline import headline
from tests.report.fixture_run import build


def with_other(run: RunFolder, subject: str, *, repeated: bool) -> RunFolder:
    """The run with the measured answers to `tickets.test` once more, by another model, before those of its own."""
    [step] = run.plan.of(Evaluate)
    own = next(each for each in step.measurements if each.subject == "export" and run.items.get(each.id))
    other = own.model_copy(update={"id": f"{own.id} @ {subject}", "subject": subject})
    measured = step.model_copy(update={"measurements": (other, *step.measurements)})
    ruled = tuple(
        gate.model_copy(update={"repeats": ({own.id: other.id},)}) if repeated and gate.measurement == own.id else gate
        for gate in run.plan.gates
    )
    steps = tuple(measured if each.id == step.id else each for each in run.plan.steps)
    plan = run.plan.model_copy(update={"steps": steps, "gates": ruled})
    return replace(run, plan=plan, items={**run.items, other.id: run.items[own.id]})


def test_the_model_that_ships_comes_first(tmp_path: Path) -> None:
    run = with_other(read_run(build(tmp_path).path), "train.draft", repeated=False)
    assert [each.title for each in compared(run)] == ["tickets.test", "tickets.test by the stage draft"]


def test_of_further_seeds_the_gates_say_enough(tmp_path: Path) -> None:
    run = with_other(read_run(build(tmp_path).path), "train.router.seed2", repeated=True)
    assert [each.title for each in compared(run)] == ["tickets.test"]


def test_a_score_of_what_shipped_is_not_called_one_before_training(tmp_path: Path) -> None:
    run = with_other(read_run(build(tmp_path).path), "shipped", repeated=False)
    assert run.verdict is not None
    first = run.verdict.gates[0].model_copy(update={"baseline": 0.4})
    [step] = run.plan.of(Evaluate)
    shipped = next(each.id for each in step.measurements if each.subject == "shipped")
    rule = run.plan.gates[0].model_copy(update={"baseline": shipped})
    plan = run.plan.model_copy(update={"gates": (rule,)})
    for name, word in (("4f2c81d09a3e", "shipped"), ("", "before training")):
        verdict = run.verdict.model_copy(update={"gates": (first,), "shipped": name})
        told = headline(replace(run, plan=plan, verdict=verdict))
        assert told.figures[0].before.startswith(f"{word} 40")
        assert (name or "Nothing has shipped") in told.shipped
        assert gates(plan, verdict, {})[0].against == word.split()[0]
