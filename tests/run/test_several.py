"""A stage on several devices: two processes on this machine's processor train what one trains."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Sequence
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftspec.errors import CannotRun, TrainingFailed
from ftspec.kinds.methods.lora import Lora
from ftspec.kinds.objectives._order import MicroBatches, Order, Share
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Train
from ftspec.run.executor import execute
from ftspec.run.progress import Point, Silent
from tests.run.plans import call, events, losses, ran, stage_folder, train_step, weights, whole
from tests.run.test_interruption import _interrupted

SPECS = Path(__file__).parents[2] / "specs"
TWO = {"devices": 2, "accumulation": 1}


def plan_of(world: Path, **changes: object) -> Plan:
    """Nine steps, the last of each epoch with fewer rows."""
    return whole(world, train_step(world, Lora(rank=4), optimizer_steps=9, epochs=3.0, **changes))


def furthest(first: Path, second: Path) -> float:
    """The largest difference between two folders' weights, against their largest weight."""
    a, b = weights(first), weights(second)
    assert a.keys() == b.keys()
    largest = max(float(each.abs().max()) for each in a.values())
    return max(float((a[name] - b[name]).abs().max()) for name in a) / largest


@given(
    lengths=st.lists(st.integers(1, 50), min_size=1, max_size=40),
    batch=st.integers(1, 12),
    micro=st.integers(1, 4),
    count=st.integers(1, 4),
    level=st.booleans(),
)
def test_processes_share_every_step(lengths: list[int], batch: int, micro: int, count: int, level: bool) -> None:
    """As many micro batches for each, none empty or too large, and together every row of the step."""
    order = Order(lengths, batch, micro, seed=0, level=level)
    parts = [list(MicroBatches(order, lambda: 0, Share(index, count))) for index in range(count)]
    assert {len(part) for part in parts} == {len(MicroBatches(order, lambda: 0, Share(0, count)))}
    assert all(1 <= len(rows) <= micro for part in parts for rows in part)
    assert {row for part in parts for rows in part for row in rows} == set(range(len(lengths)))
    accumulation = ceil(ceil(batch / count) / micro)  # as a plan has it
    full = [step for step in order.steps(0) if len(step) == batch]
    assert all(len(order.micro_batches(step, count)) == accumulation * count for step in full)


def test_one_process_has_all(world: Path) -> None:
    order = Order([3, 1, 2, 5, 4], 2, 1, seed=0, level=True)
    alone = list(MicroBatches(order, lambda: 0))
    assert sorted(row for rows in alone for row in rows) == [0, 1, 2, 3, 4]


def test_two_processes_learn_what_one_learns(world: Path) -> None:
    one, two = plan_of(world), plan_of(world, **TWO)
    first, second = ran(one, world, "one"), ran(two, world, "two")
    assert losses(second) == pytest.approx(losses(first), rel=1e-4)
    assert furthest(stage_folder(first, one), stage_folder(second, two)) < 1e-4
    assert [line["loss"] for line in events(second, "validation")] == pytest.approx(
        [line["loss"] for line in events(first, "validation")], rel=1e-4
    )


def test_what_one_process_says_is_what_a_user_reads(world: Path) -> None:
    """A loss that is no number ends all of them, with the same words as on one device."""
    with pytest.raises(TrainingFailed, match="colourist is nan at step") as caught:
        ran(plan_of(world, learning_rate=1e30, max_grad_norm=1e30, **TWO), world)
    assert caught.value.help == "lower the learning rate, or train in bf16 or fp32"


class Killing(Silent):
    """Kills one of the processes after the second step."""

    def training(self, point: Point) -> None:
        """Without a word."""
        import psutil

        if point.step == 2:
            started = [each for each in psutil.Process().children() if "spawn_main" in " ".join(each.cmdline())]
            os.kill(started[-1].pid, signal.SIGKILL)


def test_a_process_that_dies_ends_the_others(world: Path) -> None:
    import psutil

    with pytest.raises(TrainingFailed, match="a process of the training broke"):
        execute(plan_of(world, **TWO), world, world / "runs" / "run", Killing())
    assert not [each for each in psutil.Process().children() if "spawn_main" in " ".join(each.cmdline())]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sharding": "fsdp", **TWO}, "planned with fsdp"),
        ({"objective": call("ppo", reward="judge"), **TWO}, "ppo, which `ftspec run` does on one device"),
    ],
)
def test_what_cannot_be_shared_is_refused_before_anything_runs(
    world: Path, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(CannotRun, match=words):
        ran(plan_of(world, **changes), world)
    assert not (world / "runs" / "stages").exists() or not list((world / "runs" / "stages").iterdir())


@pytest.mark.slow
@pytest.mark.parametrize(("name", "code"), [("SIGKILL", -signal.SIGKILL), ("SIGTERM", 75)])
def test_two_processes_go_on_where_they_were(world: Path, name: str, code: int) -> None:
    """Stopped after the same step, or killed with their parent; either way the weights are those of a whole run."""
    plan = whole(world, train_step(world, Lora(rank=4, dropout=0.1), optimizer_steps=90, epochs=30.0, **TWO))
    stopped = world / "stopped" / "run"
    process = _interrupted(plan, world, stopped, name, step=5)
    assert process.returncode == code, process.stderr
    assert not list((stopped.parent / "stages").glob("*/stage.json"))
    run = ran(plan, world, "whole")
    ran(plan, world, "../stopped/run")
    assert losses(stopped)[-2:] == losses(run)[-2:]
    assert furthest(stage_folder(run, plan), stage_folder(stopped, plan)) == 0


def planned(folder: Path, spec: str, settings: Sequence[str], count: int) -> Plan:
    """A shipped spec cut to three steps, for one or two devices."""
    return compile_spec(folder / f"{spec}.ft", Options(settings=tuple(settings), device="cpu", count=count)).plan


@pytest.mark.slow
@pytest.mark.parametrize("spec", ["classify", "reward", "dpo", "kto", "orpo", "simpo", "cpo", "tickets-full"])
def test_every_objective_learns_alike(spec: str, tmp_path: Path) -> None:
    for name in ("base", "data"):
        shutil.copytree(SPECS / name, tmp_path / name)
    for file in SPECS.glob("*.ft"):
        shutil.copy(file, tmp_path)
    (tmp_path / ".git").mkdir()
    stage = compile_spec(tmp_path / f"{spec}.ft").plan.of(Train).__next__().id.removeprefix("train.")
    settings = [f"{stage}.{each}" for each in ("length=3 steps", "precision=fp32")]
    runs = []
    for count in (1, 2):
        # KTO measures its divergence over all rows that are on devices together.
        micro = 8 // count if spec == "kto" else 4
        plan = planned(tmp_path, spec, [*settings, f"{stage}.micro_batch_size={micro}"], count)
        until = f"train.{stage}"
        folder = execute(plan, tmp_path, tmp_path / "runs" / str(count), Silent(), until=until).folder
        runs.append((folder, stage_folder(folder, plan, until)))
    (first, one), (second, two) = runs
    assert losses(second) == pytest.approx(losses(first), rel=1e-3)
    assert furthest(one, two) < 1e-3
