"""The settings that `auto` chooses against an exhaustive search over the same settings, on this machine.

    python -m bench.auto

Every combination trains the same optimizer steps of the quickstart through ftspec's own executor. What counts is the
processor's time after the first step, with one thread, so that what else runs on the machine does not decide.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from time import process_time
from typing import Any

from bench.row import Row, markdown
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.canonical import sealed
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Train

SPEC = Path("specs/tickets.ft")
STEPS = 4
MICRO = (2, 4, 8, 16)


@dataclass(frozen=True)
class Settings:
    """What `auto` decides and the search varies."""

    precision: str
    packing: bool
    micro_batch_size: int
    gradient_checkpointing: bool = False

    def __str__(self) -> str:
        how = "packed" if self.packing else "padded"
        again = ", recomputed" if self.gradient_checkpointing else ""
        return f"{self.precision} {how} {self.micro_batch_size} at a time{again}"


def search() -> tuple[Settings, ...]:
    """All combinations; recomputing only where it could win, with the largest micro batch."""
    plain = (Settings(*each) for each in product(("fp32", "bf16"), (True, False), MICRO))
    return (*plain, *(Settings(precision, True, MICRO[-1], True) for precision in ("fp32", "bf16")))


def chosen(plan: Plan) -> Settings:
    """What the plan has."""
    [step] = plan.of(Train)
    return Settings(step.precision, step.packing, step.micro_batch_size, step.gradient_checkpointing)


def rows() -> Iterator[Row]:
    """How much longer the chosen settings take than the best."""
    times = dict(measured())
    plan = compile_spec(SPEC).plan
    mine = chosen(plan)
    best, took = min(times.items(), key=lambda each: each[1])
    yield Row(f"auto ({mine}) against the best of {len(times)} ({best})", times[mine] / took, 1.1, at_most=True)


def measured() -> Iterator[tuple[Settings, float]]:
    """Seconds of processor time for each combination, `auto`'s own among them."""
    from ftspec.run.quiet import quiet

    plan, root = compile_spec(SPEC).plan, SPEC.parent
    import torch

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder, quiet():
        for number, settings in enumerate(dict.fromkeys((chosen(plan), *search()))):
            seconds = min(_seconds(plan, root, Path(folder) / f"{number}-{again}", settings) for again in range(2))
            print(f"{seconds:6.2f} s  {settings}", file=sys.stderr, flush=True)
            yield settings, seconds


def _seconds(plan: Plan, root: Path, folder: Path, settings: Settings) -> float:
    from bench.train import session
    from ftspec.run.steps.train import built

    changed = _with(plan, settings)
    [step] = changed.of(Train)
    with contextlib.redirect_stdout(io.StringIO()):
        _, trainer = built(step, session(changed, root, folder), folder)
        clock = _clock(trainer)
        trainer.train()
    return clock[-1] - clock[0]


def _clock(trainer: Any) -> list[float]:
    """The processor's time at the end of each step, filled in while it trains."""
    from transformers import TrainerCallback

    times: list[float] = []

    class Clock(TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            times.append(process_time())

    trainer.add_callback(Clock())
    return times


def _with(plan: Plan, settings: Settings) -> Plan:
    [step] = plan.of(Train)
    changes = {
        "precision": settings.precision,
        "packing": settings.packing,
        "micro_batch_size": settings.micro_batch_size,
        "accumulation": step.batch_size // settings.micro_batch_size,
        "gradient_checkpointing": settings.gradient_checkpointing,
        "optimizer_steps": STEPS,
        "checkpoint_every": STEPS,
        "validation": None,
    }
    steps = tuple(each.model_copy(update=changes) if isinstance(each, Train) else each for each in plan.steps)
    return sealed(plan.model_copy(update={"steps": steps}))


if __name__ == "__main__":
    print(markdown(rows()))
