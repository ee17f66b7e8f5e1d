"""Stages build on each other, and a changed plan trains only what changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.kinds.methods.full import Full
from ftspec.kinds.methods.lora import Lora
from ftspec.plan.steps import Train
from tests.run.plans import call, events, loss_of, ran, stage_folder, train_step, weights, whole

SUBJECTS = ("export", "model.base", "train.first", "train.second")


def _second(world: Path, **changes: object) -> Train:
    needs = ("model.base", "data.colours", "train.first")
    return train_step(world, name="second", **({"from": "train.first", "needs": needs, "seed": 1} | changes))


def _values(run: Path) -> dict[str, float]:
    return {line["id"].partition("@")[2] or "export": line["value"] for line in events(run, "measured")}


def _trained(run: Path) -> list[str]:
    finished = events(run, "step_finished")
    return [line["id"] for line in finished if line["kind"] == "train" and not line["reused"]]


@pytest.mark.parametrize("quantization", [None, call("nf4")], ids=["whole", "nf4"])
def test_a_stage_starts_from_the_result_of_the_one_before(wide_world: Path, quantization: object) -> None:
    """The first adapter is merged, the second one learns on top; the merged export scores as both together."""
    world = wide_world
    first = train_step(world, name="first")
    plan = whole(
        world, first, _second(world), form="merged", measured=[loss_of(s) for s in SUBJECTS], quantization=quantization
    )
    run = ran(plan, world)
    value = _values(run)
    assert value["train.second"] < value["train.first"] < value["model.base"]
    assert value["export"] == pytest.approx(value["train.second"], abs=1e-4 if quantization is None else 0.05)
    first_step = next(line["loss"] for line in events(run, "log") if line["id"] == "train.second")
    assert first_step < value["model.base"]


def test_a_changed_second_stage_leaves_the_first_alone(world: Path) -> None:
    """Another run of the same spec takes the first stage over."""
    first = train_step(world, name="first")
    ran(whole(world, first, _second(world), form="merged"), world, "one")
    two = ran(whole(world, first, _second(world, learning_rate=5e-3), form="merged"), world, "two")
    assert _trained(two) == ["train.second"]
    again = ran(whole(world, first.model_copy(update={"seed": 9}), _second(world), form="merged"), world, "three")
    assert _trained(again) == ["train.first", "train.second"]


def test_an_adapter_goes_on_training(world: Path) -> None:
    """The very matrices of the first stage change; nothing is merged, and the second adapter holds all of it."""
    import torch

    first = train_step(world, name="first")
    plan = whole(world, first, _second(world, continues_adapter=True), measured=[loss_of(s) for s in SUBJECTS])
    run = ran(plan, world)
    value = _values(run)
    assert value["export"] == pytest.approx(value["train.second"], abs=1e-5)
    assert value["train.second"] < value["train.first"] < value["model.base"]
    a, b = (weights(stage_folder(run, plan, f"train.{name}")) for name in ("first", "second"))
    assert a.keys() == b.keys()
    moved = [float((a[name] - b[name]).norm() / a[name].norm()) for name in a if "lora_A" in name]
    assert 0 < max(moved) < 1
    assert not all(torch.equal(a[name], b[name]) for name in a)


def test_whole_weights_and_then_an_adapter(world: Path) -> None:
    """A full stage is what the adapter is trained on."""
    first = train_step(world, Full(), name="first", learning_rate=1e-3)
    plan = whole(world, first, _second(world, method=None), form="merged", measured=[loss_of(s) for s in SUBJECTS])
    value = _values(ran(plan, world))
    assert value["train.second"] < value["train.first"] < value["model.base"]
    assert value["export"] == pytest.approx(value["train.second"], abs=1e-4)


def test_fresh_forgets_the_stages_of_its_plan(world: Path) -> None:
    """Everything runs again, and ends the same."""
    from ftspec.run.executor import execute
    from ftspec.run.progress import Silent

    plan = whole(world, train_step(world, Lora(rank=4)))
    run = ran(plan, world)
    before = weights(stage_folder(run, plan))
    execute(plan, world, run, Silent(), fresh=True)
    assert _trained(run) == ["train.colourist"]
    after = weights(stage_folder(run, plan))
    assert all((before[name] == after[name]).all() for name in before)


def test_early_stopping_keeps_the_best_weights(world: Path) -> None:
    """With a rate that soon does harm, training ends early and the kept stage is the best checkpoint's."""
    step = train_step(
        world,
        optimizer_steps=60,
        epochs=20.0,
        learning_rate=0.2,
        scheduler=call("constant"),
        early_stopping=call("early_stopping", patience=2),
    )
    measured = [loss_of("export", "validation")]
    run = ran(whole(world, step, measured=measured), world)
    validation = [line["loss"] for line in events(run, "validation")]
    best = min(validation)
    assert len(events(run, "log")) < 60
    assert validation[-2:] >= [best, best] and validation.index(best) == len(validation) - 3
    assert events(run, "measured")[0]["value"] == pytest.approx(best, abs=1e-4)
