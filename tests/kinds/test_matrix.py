"""Every method with every objective: one optimizer step, with as many parameters as the plan says.

`python -m tests.table` runs these and writes what came out into the README.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftspec.kinds.methods import Method, Unfit
from ftspec.kinds.registry import make
from tests.kinds.objectives_world import objective_step, with_data, write_objectives
from tests.kinds.test_methods_learn import METHODS
from tests.kinds.test_objectives import CASES
from tests.run.plans import call, whole

PLAIN = {name: each for name, each in METHODS.items() if " " not in name}
EASY = call("matches", pattern="e")
OBJECTIVES = {
    "sft": (call("sft"), "colours"),
    "pretrain": (call("pretrain"), "colours"),
    **{name: (case.objective, case.data) for name, case in CASES.items()},
    "ppo": (call("ppo", reward=EASY, max_new_tokens=4), "colours"),
    "grpo": (call("grpo", rewards=[EASY], generations=2, max_new_tokens=4), "colours"),
    "rloo": (call("rloo", rewards=[EASY], generations=2, max_new_tokens=4), "colours"),
    "distill": (call("distill", teacher="base", divergence="generalized"), "colours"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with biases, and a dozen rows of each shape."""
    root = tmp_path_factory.mktemp("matrix") / "spec"
    write_objectives(root, rows=12, hidden_size=64, intermediate_size=64, attention_bias=True, mlp_bias=True)
    return root


@pytest.mark.slow
@pytest.mark.parametrize("method", PLAIN)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_it_trains(
    world: Path, tmp_path: Path, objective: str, method: str, record_property: Callable[[str, object], None]
) -> None:
    """One step with a finite loss, or a reason at compile time why there is none."""
    (what, data), (way, changes) = OBJECTIVES[objective], PLAIN[method]
    model = {key: changes[key] for key in changes if key == "quantization"}
    short: dict[str, Any] = {"optimizer_steps": 1, "epochs": 0.2, "batch_size": 2, "micro_batch_size": 2}
    short |= {"accumulation": 1, "validation": None, "warmup_steps": 0}
    made = make("methods", way)
    assert isinstance(made, Method)
    try:
        step = objective_step(world, what, data, way, **short)
    except Unfit as unfit:
        record_property("cell", (method, objective, unfit.message))
        return
    form = "adapter" if made.has_adapter else "full"
    plan = whole(world, step, form=form, **model)
    plan = plan if data == "colours" else with_data(plan, world, data)
    loss = _one_step(plan, world, tmp_path, step.id)
    assert math.isfinite(loss)
    record_property("cell", (method, objective, ""))


def _one_step(plan: Any, world: Path, folder: Path, id: str) -> float:
    from ftspec.run.events import Events
    from ftspec.run.folder import RunFolder
    from ftspec.run.progress import Silent
    from ftspec.run.record import Record
    from ftspec.run.session import Session, digests_of
    from ftspec.run.signals import Stopper
    from ftspec.run.stages import Stages
    from ftspec.run.steps.train import built
    from ftspec.run.weights import method_of

    at = RunFolder(folder / "run")
    events = Events(Record(at.record), Silent())
    session = Session(plan, world, at, events, Stopper(), Stages(at.stages), digests_of(plan))
    step = session.train_step(id)
    job, trainer = built(step, session, folder / "checkpoints")
    method_of(step.method).begin(trainer)
    trainer.train()
    return job.attendant.course.losses[-1]
