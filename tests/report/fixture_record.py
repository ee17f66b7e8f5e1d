"""The record of the run folder that the report's tests read."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from ftspec.plan.plan import Plan
from tests.report.fixture_plan import DEVICE, MIB, STEPS, evaluation

BEGAN = datetime(2026, 11, 21, 9, 14, 3, tzinfo=UTC)


def record(plan: Plan) -> Iterable[dict[str, Any]]:
    """The events of a run that was stopped at step 40 and resumed from the checkpoint at step 40."""
    clock = _Clock()
    packages = {"torch": "2.13.0", "transformers": "5.23.0", "trl": "1.16.0", "peft": "0.21.0", "tokenizers": "0.23.1"}
    start = {"event": "run_started", "digest": plan.digest, "ftspec": plan.ftspec, "packages": packages}
    yield clock(0) | start | {"device": DEVICE}
    for id, kind, seconds in (
        ("model.base", "fetch_model", 0.02),
        ("data.tickets", "prepare_data", 0.31),
        ("data.english", "prepare_data", 0.05),
    ):
        yield clock(0) | {"event": "step_started", "id": id, "kind": kind}
        yield clock(seconds) | {"event": "step_finished", "id": id, "kind": kind, "seconds": seconds, "reused": False}
    yield clock(0) | {"event": "step_started", "id": "train.router", "kind": "train"}
    yield from _training(clock, 1, 40)
    yield clock(0.1) | {"event": "stopped", "signal": "SIGTERM", "step": 40}
    yield clock(900) | start | {"device": DEVICE}
    yield clock(0) | {"event": "step_started", "id": "train.router", "kind": "train"}
    yield from _training(clock, 41, STEPS)
    done = {"event": "step_finished", "id": "train.router", "kind": "train", "seconds": 27.4, "reused": False}
    yield clock(0.2) | done | {"loss": 0.1874, "tokens": 85_230, "tokens_per_second": 3110.6, "trainable": 147_456}
    yield clock(0.4) | {"event": "step_finished", "id": "export", "kind": "export", "seconds": 0.4, "reused": False}
    yield from _evaluation(clock)
    yield clock(0.1) | {"event": "step_finished", "id": "decide", "kind": "decide", "seconds": 0.8, "reused": False}
    yield clock(0) | {"event": "verdict", "verdict": "pass"}
    cost = {"seconds": 43.7, "peak_memory_bytes": 452 * MIB, "predicted_seconds": 40.0}
    yield clock(0.1) | {"event": "run_finished"} | cost | {"predicted_memory_bytes": 407 * MIB}


def _training(clock: _Clock, first: int, last: int) -> Iterable[dict[str, Any]]:
    random = Random(first)
    for step in range(first, last + 1):
        fallen = math.exp(-step / 14)
        loss = round(0.12 + 2.9 * fallen + random.uniform(-1, 1) * (0.05 + 0.2 * fallen), 4)
        rate = 2e-4 * (step / 2 if step < 2 else 0.5 * (1 + math.cos(math.pi * (step - 2) / (STEPS - 2))))
        yield clock(0.41) | {
            "event": "log", "id": "train.router", "step": step, "steps": STEPS, "epoch": round(step / 22, 3),
            "loss": loss, "learning_rate": rate, "grad_norm": round(random.uniform(0.3, 1.6), 3),
            "tokens_per_second": round(3110 + random.uniform(-160, 160) - (900 if step == first else 0), 1),
            "memory_bytes": int((330 + 60 * (1 - math.exp(-(step - first + 1) / 4)) + random.uniform(0, 6)) * MIB),
            "seconds": 0.41,
        }  # fmt: skip
        if step % 11 == 0:
            held = {"event": "validation", "id": "train.router", "step": step}
            yield clock(0.3) | held | {"loss": round(0.21 + 2.7 * math.exp(-step / 15), 4)}
        if step % 20 == 0:
            yield clock(0.1) | {"event": "checkpoint", "id": "train.router", "step": step}


def _evaluation(clock: _Clock) -> Iterable[dict[str, Any]]:
    yield clock(0) | {"event": "step_started", "id": "evaluate", "kind": "evaluate"}
    for each in evaluation().measurements:
        yield clock(1.2) | {"event": "measured", "id": each.id, "value": 0.5, "n": 68, "seconds": 1.2}
    finished = {"event": "step_finished", "id": "evaluate", "kind": "evaluate"}
    yield clock(8) | finished | {"seconds": 14.7, "reused": False}


class _Clock:
    """Times that go on by given seconds."""

    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self, seconds: float) -> dict[str, Any]:
        self.now += timedelta(seconds=seconds)
        return {"time": self.now.isoformat().replace("+00:00", "Z")}
