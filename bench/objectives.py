"""Every objective against the plain script that `--emit` writes for it, on the shipped specs.

    python -m bench.objectives          # all of them
    python -m bench.objectives reward   # one

Each trains the same optimizer steps in a process of its own, with one thread. What counts is the processor's time
after the first step, so that what else runs on the machine does not decide; the better of two trainings.
"""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import Any

from bench.row import Row, markdown
from bench.train import shortened
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.steps import Train

SPECS = Path("specs").resolve()
SHIPPED = ("tickets", "dpo", "orpo", "cpo", "simpo", "kto", "reward", "classify")
ROUNDS = 3

PRETRAIN = """ftspec 1

model base {
  source = path("base")
}

data english {
  source = text("data/english.txt")
}

train reader {
  data       = english
  objective  = pretrain()
  method     = lora(rank = 16)
  length     = 3 epochs
  batch_size = 16
}
"""
"""No shipped spec goes on pretraining."""


def rows(names: Sequence[str] = (*SHIPPED, "pretrain")) -> Iterator[Row]:
    """How many times the script's pace ftspec reaches."""
    for name in names:
        pairs = [(_seconds("ours", name), _seconds("emitted", name)) for _ in range(ROUNDS)]
        ours, emitted = (min(each) for each in zip(*pairs, strict=True))
        what = f"{name}, {ours:.2f} s of processor time, against the emitted train.py ({emitted:.2f} s)"
        yield Row(what, emitted / ours, 1, at_most=False)


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
    with tempfile.TemporaryDirectory() as folder:
        spec = _written(Path(folder)) if name == "pretrain" else SPECS / f"{name}.ft"
        plan = shortened(compile_spec(spec).plan)
        if way == "ours":
            from ftspec.run.executor import execute
            from ftspec.run.progress import Silent

            [step] = plan.of(Train)
            one = plan.target.model_copy(update={"cores": 1})
            alone = plan.model_copy(update={"target": one})
            execute(alone, spec.parent, Path(folder) / "runs" / "x" / "y", Silent(), until=step.id)
        else:
            from ftspec.run.emit import emit

            emit(plan, spec.parent, Path(folder) / "script")
            torch.set_num_threads(1)
            os.chdir(Path(folder) / "script")
            runpy.run_path("train.py", run_name="__main__")
            os.chdir(SPECS)
    return clock[-1] - clock[0]


def _written(folder: Path) -> Path:
    shutil.copytree(SPECS / "base", folder / "base")
    (folder / "data").mkdir()
    shutil.copy(SPECS / "data" / "english.txt", folder / "data")
    spec = folder / "pretrain.ft"
    spec.write_text(PRETRAIN, "utf-8")
    return spec


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
    match sys.argv[1:]:
        case [("ours" | "emitted") as way, name]:
            print(child(way, name))
        case []:
            print(markdown(rows()), end="")
        case names:
            print(markdown(rows(names)), end="")
