"""Every objective that is no reinforcement learning: it trains, is reloaded, and learns what is in the data."""

from __future__ import annotations

import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ftspec.kinds.objectives.dpo import Dpo
from ftspec.plan.steps import Train
from tests.kinds.objectives_world import (
    measured,
    objective_step,
    outcome,
    values_of,
    with_data,
    write_objectives,
)
from tests.run.plans import COLOURS, call, losses, ran, whole


@dataclass(frozen=True)
class Case:
    """An objective, the data it learns from, and what shows that it learned."""

    objective: dict[str, Any]
    data: str
    metric: str
    rate: float = 1e-2

    @property
    def scored(self) -> str:
        """The data of the metric."""
        return "pairs" if self.metric == "preference_accuracy" else self.data


CASES = {
    "reward": Case(call("reward"), "pairs", "preference_accuracy"),
    "dpo": Case(call("dpo"), "pairs", "preference_accuracy"),
    "orpo": Case(call("orpo"), "pairs", "preference_accuracy"),
    "cpo": Case(call("cpo"), "pairs", "preference_accuracy"),
    "simpo": Case(call("simpo"), "pairs", "preference_accuracy"),
    "kto": Case(call("kto"), "judged", "preference_accuracy"),
    "classify": Case(call("classify", labels=list(COLOURS)), "labelled", "accuracy"),
}
LORA, FULL = call("lora", rank=8), call("full")


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model and data for every objective; all runs share it."""
    root = tmp_path_factory.mktemp("objectives") / "spec"
    write_objectives(root)
    return root


def _run(root: Path, case: Case, name: str, form: str, *, shuffled: bool = False, **changes: Any) -> tuple[Path, dict]:
    data, scored = (f"{each}_shuffled" if shuffled else each for each in (case.data, case.scored))
    step = objective_step(root, case.objective, data, **changes)
    asked = [measured(case.metric, scored, subject) for subject in ("export", "train.colourist")]
    run, values = outcome(root, step, tuple(dict.fromkeys((data, scored))), asked, form, name)
    return run, {each.id: values[each.id] for each in asked}


@pytest.mark.parametrize("name", CASES)
def test_it_trains_and_what_ships_scores_as_what_was_trained(original: Path, name: str) -> None:
    """A few steps; merged and reloaded from disk, the artefact gives the same value."""
    run, values = _run(original, CASES[name], f"short-{name}", "merged", optimizer_steps=4, epochs=0.6, validation=None)
    shipped, trained = values.values()
    assert shipped == pytest.approx(trained, abs=1e-3)
    assert all(math.isfinite(loss) for loss in losses(run))


@pytest.mark.slow
@pytest.mark.parametrize("way", [LORA, FULL], ids=lambda way: way["name"])
@pytest.mark.parametrize("name", CASES)
def test_it_learns_and_its_control_does_not(original: Path, name: str, way: dict[str, Any]) -> None:
    """On unseen rows; with labels or preferences shuffled everywhere there is nothing to learn: a gate would fail."""
    case, form = CASES[name], "adapter" if way is LORA else "full"
    rate = case.rate if way is LORA else 3e-3
    _, learned = _run(original, case, f"{name}-{way['name']}", form, method=way, learning_rate=rate)
    _, control = _run(
        original, case, f"{name}-{way['name']}-control", form, method=way, learning_rate=rate, shuffled=True
    )
    assert min(learned.values()) >= 0.85
    assert max(control.values()) <= 0.75


@pytest.mark.parametrize(
    ("objective", "data", "method", "first"),
    [
        (call("dpo"), "pairs", LORA, math.log(2)),
        (call("dpo"), "pairs", call("lora", rank=8, init="pissa"), math.log(2)),
        (call("dpo"), "pairs", FULL, math.log(2)),
        (call("kto"), "judged", LORA, 0.5),
    ],
    ids=["dpo lora", "dpo pissa", "dpo full", "kto lora"],
)
def test_the_reference_is_the_model_it_starts_from(
    original: Path, objective: dict[str, Any], data: str, method: dict[str, Any], first: float
) -> None:
    """Before the first step nothing has moved, however the adapter starts: the first loss is that of no preference."""
    changes = {"optimizer_steps": 2, "epochs": 0.3, "validation": None}
    step = objective_step(original, objective, data, method, **changes)
    form = "full" if method is FULL else "adapter"
    name = f"start-{objective['name']}-{method['name']}-{method['arguments'].get('init')}"
    run = ran(with_data(whole(original, step, form=form), original, data), original, name)
    assert losses(run)[0] == pytest.approx(first, abs=1e-4)


def test_an_adapter_that_goes_on_is_its_own_reference(original: Path) -> None:
    """DPO on the adapter of an earlier stage is measured from that adapter, not from the model below it."""
    short = {"optimizer_steps": 3, "epochs": 0.4, "validation": None}
    first = objective_step(original, call("orpo"), "pairs", name="first", **short)
    second = objective_step(original, call("dpo"), "pairs", name="second", **short)
    changes = {"from_": first.id, "continues_adapter": True, "needs": ("model.base", "data.pairs", first.id)}
    second = second.model_copy(update=changes)
    run = ran(with_data(whole(original, first, second), original, "pairs"), original, "going-on")
    assert losses(run)[3] == pytest.approx(math.log(2), abs=1e-4)


def test_a_judge_starts_from_a_tuned_writer(original: Path) -> None:
    """The writer's adapter is merged below the new head; both stages can be scored."""
    short = {"optimizer_steps": 3, "epochs": 0.4, "validation": None}
    writer = objective_step(original, call("orpo"), "pairs", name="writer", **short)
    judge = objective_step(original, call("reward"), "pairs", name="judge", **short)
    judge = judge.model_copy(update={"from_": writer.id, "needs": ("model.base", "data.pairs", writer.id)})
    asked = [measured("preference_accuracy", "pairs", each) for each in ("export", "train.judge", "train.writer")]
    run = ran(
        with_data(whole(original, writer, judge, form="merged", measured=asked), original, "pairs"), original, "rm"
    )
    shipped, trained, _ = (values_of(run)[each.id] for each in asked)
    assert shipped == trained


@pytest.mark.parametrize("method", [LORA, FULL, call("adapter", bottleneck=4)], ids=lambda each: each["name"])
def test_a_classifier_names_its_classes(original: Path, method: dict[str, Any]) -> None:
    """Rows in several classes at once; the plan's count of parameters holds the new head (the executor compares)."""
    case = Case(call("classify", labels=[*COLOURS, "stone"], multi_label=True), "tagged", "accuracy")
    form = "full" if method is FULL else "adapter"
    changes: dict[str, Any] = {"optimizer_steps": 4, "epochs": 0.6, "validation": None, "method": method}
    run, values = _run(original, case, f"tags-{method['name']}", form, **changes)
    assert len(set(values.values())) == 1
    if form == "full":
        assert '"stone"' in (run / "model" / "config.json").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(("way", "rate"), [(LORA, 1e-2), (FULL, 3e-3)], ids=["lora", "full"])
def test_several_classes_at_once_are_learned(original: Path, way: dict[str, Any], rate: float) -> None:
    """Every class of a row must be right. The rare one takes longer: after 28 steps it still fails every third row."""
    case = Case(call("classify", labels=[*COLOURS, "stone"], multi_label=True), "tagged", "accuracy")
    changes: dict[str, Any] = {"method": way, "learning_rate": rate, "optimizer_steps": 84, "epochs": 12.0}
    form = "adapter" if way is LORA else "full"
    _, values = _run(original, case, f"several-{way['name']}", form, **changes)
    assert min(values.values()) >= 0.85


def test_a_stopped_preference_training_goes_on_where_it_was(original: Path, tmp_path: Path) -> None:
    """The reference is taken again from the start, not from the checkpoint: the losses are those of one run."""
    from ftspec.run.steps import train as training

    root = Path(shutil.copytree(original, tmp_path / "spec", ignore=shutil.ignore_patterns("runs")))
    step: Train = objective_step(root, call("dpo"), "pairs", optimizer_steps=4, epochs=0.6, validation=None)
    plan = with_data(whole(root, step), root, "pairs")
    wanted = losses(ran(plan, root, "whole"))
    shutil.rmtree(root / "runs")
    original_save = training._save
    training._save = _failing
    try:
        with pytest.raises(RuntimeError, match="stopped here"):
            ran(plan, root, "twice")
    finally:
        training._save = original_save
    found = losses(ran(plan, root, "twice"))
    assert found[-2:] == pytest.approx(wanted[-2:], abs=1e-5)


def _failing(*_: Any) -> Any:
    raise RuntimeError("stopped here")


@pytest.mark.parametrize(
    "loss",
    ["sigmoid_norm", "hinge", "ipo", "nca_pair", "bco_pair", "sppo_hard", "aot", "apo_zero", "discopop", "sft"],
)
@pytest.mark.slow
def test_every_loss_of_trl_trains(original: Path, loss: str) -> None:
    """Each of them moves the model."""
    step = objective_step(original, Dpo(loss=loss).model_dump(mode="json"), "pairs", optimizer_steps=6, epochs=0.9)  # type: ignore[arg-type]
    run = ran(with_data(whole(original, step), original, "pairs"), original, f"dpo-{loss}")
    found = losses(run)
    assert all(map(math.isfinite, found)) and found[-1] != found[0]
