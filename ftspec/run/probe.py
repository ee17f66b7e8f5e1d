"""A few training steps at the longest batch, each stage in a process of its own: what a plan takes, measured.

A process of its own, because a peak of memory that was reached once is never forgotten by the one that reached it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from ftspec.errors import CannotRun
from ftspec.plan.canonical import to_json
from ftspec.plan.facts import Probe
from ftspec.plan.plan import Plan
from ftspec.plan.resources.probed import probe_key
from ftspec.plan.steps import FetchModel, Train

if TYPE_CHECKING:
    from ftspec.run.job import TrainJob
    from ftspec.run.session import Session

STEPS = 3
_CUDA_CONTEXT = 500 << 20


def probe(plan: Plan, root: Path) -> Mapping[str, Probe]:
    """A reading for each stage of the plan, by its key. Raises `CannotRun` where a stage cannot be trained here."""
    models = {step.id: step for step in plan.of(FetchModel)}
    keys = {train.id: probe_key(train, models[train.model], plan.target) for train in plan.of(Train)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        path.write_text(to_json(plan), encoding="utf-8")
        return {key: _in_a_process(path, root, id, plan.target.title) for id, key in keys.items()}


def _in_a_process(plan: Path, root: Path, stage: str, device: str) -> Probe:
    command = [sys.executable, "-m", "ftspec.run.probe", str(plan), str(root.resolve()), stage]
    done = subprocess.run(command, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        reason = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        name = stage.removeprefix("train.")
        help = "compile without --probe to see what is reckoned"
        raise CannotRun(f"{name} could not be probed: {reason}", help=help)
    return Probe(device=device, **json.loads(lines[-1]))


def probed(step: Train, session: Session, folder: Path) -> dict[str, Any]:
    """Trains three steps of the stage's longest rows. The peak of memory in bytes, and the seconds of one step."""
    from ftspec.run import memory
    from ftspec.run.blocks import blocks_of
    from ftspec.run.steps.train import built
    from ftspec.run.waiting import Waiting

    short = step.model_copy(
        update={
            "from_": None,  # weights of an earlier stage have the same shapes as the model's own
            "continues_adapter": False,
            "validation": None,
            "early_stopping": None,
            "optimizer_steps": STEPS,
            "warmup_steps": 0,
            "checkpoint_every": STEPS + 1,
        }
    )
    with blocks_of(step, session.plan.target):
        _, trainer = built(short, session, folder, change=_longest)
        clock, waiting = _clock(trainer), Waiting()
        trainer.train()
    alone = 1 - waiting.share()  # what other work took says nothing of the device
    peak = memory.peak() + (_CUDA_CONTEXT if session.plan.target.kind == "cuda" else 0)
    return {"peak_bytes": peak, "step_seconds": round(alone * median(clock[1:]), 4)}


def _longest(job: TrainJob) -> TrainJob:
    """The job with the longest rows of one batch alone, so that every step trains them."""
    rows = sorted(range(len(job.lengths)), key=lambda row: (-job.lengths[row], row))[: job.step.batch_size]
    return replace(job, train=job.train.select(rows), lengths=[job.lengths[row] for row in rows], validation=None)


def _clock(trainer: Any) -> list[float]:
    """Seconds of each optimizer step, filled in while it trains."""
    from time import perf_counter

    from transformers import TrainerCallback

    began, seconds = [0.0], []

    class Clock(TrainerCallback):  # type: ignore[misc]
        def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            began[0] = perf_counter()

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            seconds.append(perf_counter() - began[0])

    trainer.add_callback(Clock())
    return seconds


def main(plan_path: str, root: str, stage: str) -> None:
    """The process of one stage: prints its reading as one line of JSON."""
    from ftspec.plan.load import read_plan
    from ftspec.run.events import Events
    from ftspec.run.folder import RunFolder
    from ftspec.run.progress import Silent
    from ftspec.run.quiet import quiet
    from ftspec.run.record import Record
    from ftspec.run.session import Session, digests_of
    from ftspec.run.signals import Stopper
    from ftspec.run.stages import Stages
    from ftspec.run.threads import threads_of

    plan = read_plan(Path(plan_path))
    with tempfile.TemporaryDirectory() as kept, quiet(), threads_of(plan.target):
        at = RunFolder(Path(kept) / "run")
        at.path.mkdir(parents=True)
        events = Events(Record(at.record), Silent())
        session = Session(plan, Path(root), at, events, Stopper(), Stages(at.stages), digests_of(plan))
        reading = probed(session.train_step(stage), session, Path(kept) / "checkpoints")
        events.record.close()
    print(json.dumps(reading))


if __name__ == "__main__":
    main(*sys.argv[1:])
