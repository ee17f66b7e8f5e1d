"""Other objectives against the plain script that `--emit` writes for them, on the shipped specs.

    python -m bench.objectives

Each trains the same optimizer steps in a process of its own, with one thread. What counts is the processor's time
after the first step, so that what else runs on the machine does not decide; the better of two trainings.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

from bench.row import Row, markdown
from bench.train import shortened
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.steps import Train

SPECS = Path("specs").resolve()
OBJECTIVES = ("dpo", "kto", "reward", "classify")
ROUNDS = 2


def rows() -> Iterator[Row]:
    """How many times the script's pace ftspec reaches."""
    for name in OBJECTIVES:
        ours, emitted = (min(_seconds(way, name) for _ in range(ROUNDS)) for way in ("ours", "emitted"))
        what = f"{name}, {ours:.2f} s of processor time, against the emitted train.py ({emitted:.2f} s)"
        yield Row(what, emitted / ours, 0.95, at_most=False)


def _seconds(way: str, name: str) -> float:
    command = [sys.executable, "-m", "bench.objectives", way, name]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"{name}, {way}: {done.stderr[-2000:]}")
    return float(done.stdout.splitlines()[-1])


def child(way: str, name: str) -> float:
    """Seconds from the end of the first step to that of the last."""
    import torch

    clock = _clock()
    plan = shortened(compile_spec(SPECS / f"{name}.ft").plan)
    with tempfile.TemporaryDirectory() as folder:
        if way == "ours":
            from ftspec.run.executor import execute
            from ftspec.run.progress import Silent

            [step] = plan.of(Train)
            one = plan.target.model_copy(update={"cores": 1})
            alone = plan.model_copy(update={"target": one})
            execute(alone, SPECS, Path(folder) / "runs" / "x" / "y", Silent(), until=step.id)
        else:
            from ftspec.run.emit import emit

            emit(plan, SPECS, Path(folder))
            torch.set_num_threads(1)
            os.chdir(folder)
            runpy.run_path("train.py", run_name="__main__")
            os.chdir(SPECS)
    return clock[-1] - clock[0]


def _clock() -> list[float]:
    """The processor's time at the end of each step of whatever trains next."""
    from transformers import Trainer, TrainerCallback

    times: list[float] = []

    class Clock(TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            times.append(process_time())

    train = Trainer.train

    def clocked(self: Any, *given: Any, **named: Any) -> Any:
        self.add_callback(Clock())
        return train(self, *given, **named)

    Trainer.train = clocked
    return times


if __name__ == "__main__":
    if sys.argv[1:]:
        print(child(*sys.argv[1:]))
    else:
        print(markdown(rows()), end="")
