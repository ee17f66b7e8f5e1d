"""Whether this machine can train a plan on the devices that it is made for, asked before anything begins."""

from __future__ import annotations

import os

from ftspec.errors import CannotRun
from ftspec.kinds.objectives import Objective
from ftspec.kinds.registry import make
from ftspec.plan.facts import Target
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Train

_HELP = "compile for one device with `--count 1`; a plan for several says what they would take"


def keep_to(target: Target) -> None:
    """See no more GPUs than the plan is for: on others that are there, transformers would split every batch.

    In the order in which they were found (`ftspec/plan/devices/nvidia.py`). It has to be said before CUDA is in use.
    """
    if target.kind != "cuda":
        return
    seen = os.environ.get("CUDA_VISIBLE_DEVICES", ",".join(map(str, range(target.count))))
    os.environ.setdefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(seen.split(",")[: target.count])


def check_devices(plan: Plan) -> None:
    """Raises `CannotRun` for a stage that would train otherwise than the plan says."""
    for step in plan.of(Train):
        name = step.id.removeprefix("train.")
        if step.sharding != "ddp":
            why = f"{name} is planned with {step.sharding}, and `ftspec run` keeps the whole model on every device"
            raise CannotRun(why, "leave `sharding` and `offload` out where the model fits one device")
        if plan.target.nodes > 1:
            why = f"{name} is planned for {plan.target.nodes} machines, and `ftspec run` trains on one"
            raise CannotRun(why, "leave `nodes` out; a plan for several machines says what they would take")
        if step.devices > 1:
            _check_several(step, name, plan.target.kind)


def _check_several(step: Train, name: str, kind: str) -> None:
    objective = make("objectives", dict(step.objective))
    assert isinstance(objective, Objective)
    if not objective.several_devices:
        raise CannotRun(f"{name} learns by {objective.keyword()}, which `ftspec run` does on one device alone", _HELP)
    if kind == "cuda" and (here := _gpus()) < step.devices:
        raise CannotRun(f"{name} is planned for {step.devices} GPUs, and {here} are here", _HELP)


def _gpus() -> int:
    import torch

    return int(torch.cuda.device_count())
