"""A run that is killed or stopped goes on where it was, and ends with the very same weights."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ftspec.kinds.methods.freeze import Freeze
from ftspec.kinds.methods.lora import Lora
from ftspec.kinds.selections.last import Last
from ftspec.plan.canonical import to_json
from ftspec.plan.plan import Plan
from tests.run.plans import events, loss_of, losses, ran, stage_folder, train_step, weights, whole

REPOSITORY = Path(__file__).parents[2]


def _interrupted(plan: Plan, world: Path, run: Path, name: str, step: int) -> subprocess.CompletedProcess[str]:
    run.mkdir(parents=True)
    (run / "plan.json").write_text(to_json(plan), "utf-8")
    command = [sys.executable, "-m", "tests.run.interrupted", str(world), str(run), name, str(step)]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300, check=False)


def _plan(world: Path, method: Lora | Freeze) -> Plan:
    return whole(
        world,
        train_step(world, method, optimizer_steps=9, epochs=3.0),
        form="adapter" if method.has_adapter else "full",
    )


def _same_weights(first: Path, second: Path) -> bool:
    import torch

    a, b = weights(first), weights(second)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("method", [Lora(rank=4, dropout=0.1), Freeze(train=Last(layers=1))], ids=["lora", "freeze"])
def test_a_killed_run_goes_on_to_the_same_weights(world: Path, method: Lora | Freeze) -> None:
    """SIGKILL between two checkpoints, in the middle of an epoch: the steps after the last checkpoint run again.

    Dropout draws from the random generators, so the weights only agree if these were restored too.
    """
    plan = _plan(world, method)
    killed = world / "killed" / "run"
    process = _interrupted(plan, world, killed, "SIGKILL", step=5)
    assert process.returncode == -signal.SIGKILL
    assert not list((killed.parent / "stages").glob("*/stage.json"))
    assert [line["step"] for line in events(killed, "checkpoint")] == [2, 4]

    run = ran(plan, world, "whole")
    resumed = ran(plan, world, "../killed/run")
    steps = [line["step"] for line in events(killed, "log")]
    assert steps == [1, 2, 3, 4, 5, 5, 6, 7, 8, 9]
    assert losses(killed)[5:] == losses(run)[4:]
    assert _same_weights(stage_folder(run, plan), stage_folder(resumed, plan))
    assert not list((killed / "checkpoints").glob("*/step-*"))


def test_ctrl_c_leaves_a_checkpoint_and_says_how_to_go_on(world: Path) -> None:
    """The step under way is finished and saved; the exit code is 75; going on ends with the same weights."""
    plan = _plan(world, Lora(rank=4, dropout=0.1))
    stopped = world / "stopped" / "run"
    process = _interrupted(plan, world, stopped, "SIGINT", step=3)
    assert process.returncode == 75, process.stderr
    assert "stopped by SIGINT" in process.stdout
    assert "kept at step" in process.stdout
    assert "run the same command again" in process.stdout
    [event] = events(stopped, "stopped")
    assert (event["signal"], event["step"]) == ("SIGINT", 3)

    run = ran(plan, world, "whole")
    ran(plan, world, "../stopped/run")
    assert [line["step"] for line in events(stopped, "log")] == list(range(1, 10))
    assert losses(stopped) == losses(run)
    assert _same_weights(stage_folder(run, plan), stage_folder(stopped, plan))


def test_a_run_stopped_after_training_does_not_train_again(world: Path) -> None:
    """What is finished is kept: the second run takes the stage over."""
    plan = whole(world, train_step(world), measured=[loss_of("export")])
    run = ran(plan, world)
    before = len(events(run, "log"))
    ran(plan, world)
    assert len(events(run, "log")) == before
    finished = {line["id"]: line["reused"] for line in events(run, "step_finished")}
    assert finished["train.colourist"] and finished["export"] and finished["evaluate"]
