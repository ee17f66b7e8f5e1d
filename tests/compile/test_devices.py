"""Devices of a stage: all that the plan is made for, but no more than have work."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import pytest

from ftspec.pipeline import Options, compile
from ftspec.plan.steps import Train

SPECS = Path(__file__).parents[2] / "specs"


def stages(spec: str, *settings: str, count: int) -> dict[str, Train]:
    """The stages of a shipped spec on so many processors."""
    plan = compile(SPECS / f"{spec}.ft", Options(settings=settings, device="cpu", count=count)).plan
    return {step.id.removeprefix("train."): step for step in plan.of(Train)}


def test_what_learns_in_one_process_has_one_device() -> None:
    found = stages("rlhf", count=2)
    assert {name: step.devices for name, step in found.items()} == {"imitation": 2, "judge": 2, "policy": 1}


@pytest.mark.parametrize(("batch", "count", "devices"), [(16, 1, 1), (16, 3, 3), (16, 4, 4), (2, 3, 2), (1, 4, 1)])
def test_every_device_has_rows_in_every_step(batch: int, count: int, devices: int) -> None:
    step = stages("tickets", f"router.batch_size={batch}", count=count)["router"]
    assert step.devices == devices and step.batch_size == batch
    assert step.accumulation == ceil(batch / step.micro_batch_size / devices)
    assert step.micro_batch_size * step.accumulation * devices >= batch


def test_the_plan_says_why() -> None:
    plan = compile(SPECS / "rlhf.ft", Options(device="cpu", count=2)).plan
    origin = plan.origins["train.policy.devices"]
    assert (origin.value, origin.by, origin.reason) == (1, "auto", "ppo learns in one process")
    assert "train.judge.devices" not in plan.origins


def test_a_count_needs_no_name() -> None:
    """Of the devices that are here."""
    plan = compile(SPECS / "tickets.ft", Options(count=1)).plan
    assert plan.target.count == 1
