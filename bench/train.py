"""Training: real tokens a second against TRL's defaults and against the emitted `train.py`, on the quickstart's job."""

from __future__ import annotations

import contextlib
import io
import json
import runpy
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.row import Row
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.canonical import sealed
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Train

SPEC = Path("specs/tickets.ft")
STEPS = 24
ROUNDS = 2


def rows() -> Iterator[Row]:
    """Each of the three trains the same few steps, in turn; the best of two rounds counts."""
    from ftspec.run.quiet import quiet

    plan, root = shortened(compile_spec(SPEC).plan), SPEC.parent
    with tempfile.TemporaryDirectory() as folder, quiet(), contextlib.redirect_stdout(io.StringIO()):
        ways = (_ours, _trl, _emitted)
        speeds = {way: max(_speed(way, plan, root, Path(folder), n) for n in range(ROUNDS)) for way in ways}
    ours, trl, emitted = (speeds[way] for way in ways)
    yield Row(f"training, {ours:,.0f} real tokens/s, against TRL's defaults ({trl:,.0f})", ours / trl, 3, at_most=False)
    yield Row(f"training, against the emitted train.py ({emitted:,.0f})", ours / emitted, 1, at_most=False)


def _speed(way: Callable[..., tuple[int, float]], plan: Plan, root: Path, folder: Path, number: int) -> float:
    tokens, seconds = way(plan, root, folder / f"{way.__name__}{number}")
    return tokens / seconds


def shortened(plan: Plan) -> Plan:
    """The plan with a few steps only, and nothing saved on the way."""
    changes = {"optimizer_steps": STEPS, "checkpoint_every": STEPS, "validation": None}
    steps = tuple(step.model_copy(update=changes) if isinstance(step, Train) else step for step in plan.steps)
    return sealed(plan.model_copy(update={"steps": steps}))


def _ours(plan: Plan, root: Path, folder: Path) -> tuple[int, float]:
    """The executor's own trainer, built as the executor builds it."""
    from ftspec.run.steps.train import built

    [step] = plan.of(Train)
    job, trainer = built(step, session(plan, root, folder), folder)
    began = perf_counter()
    trainer.train()
    return sum(job.tokens), perf_counter() - began


def session(plan: Plan, root: Path, folder: Path) -> Any:
    """A session that keeps everything in a folder and shows nothing."""
    from ftspec.run.events import Events
    from ftspec.run.folder import RunFolder
    from ftspec.run.progress import Silent
    from ftspec.run.record import Record
    from ftspec.run.session import Session, digests_of
    from ftspec.run.signals import Stopper
    from ftspec.run.stages import Stages

    at = RunFolder(folder / "run")
    events = Events(Record(at.record), Silent())
    return Session(plan, root, at, events, Stopper(), Stages(at.stages), digests_of(plan))


def _trl(plan: Plan, root: Path, folder: Path) -> tuple[int, float]:
    """The same rows as messages, with TRL's defaults; only what CPU and the plan (its batch, its fp32) need is set."""
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    [step] = plan.of(Train)
    base = root / plan.by_id[step.model].source["arguments"]["path"]  # type: ignore[union-attr]
    said = [
        {"prompt": messages[:-1], "completion": messages[-1:]}
        for row in session(plan, root, folder).rows(step.data)
        for messages in [[turn.message for turn in row.turns]]
    ]
    trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(base, dtype="float32"),
        processing_class=AutoTokenizer.from_pretrained(base),
        train_dataset=Dataset.from_list(said),
        peft_config=LoraConfig(task_type="CAUSAL_LM", **step.adaptation.peft["arguments"]),  # type: ignore[index]
        args=SFTConfig(
            str(folder),
            max_steps=STEPS,
            per_device_train_batch_size=8,
            gradient_accumulation_steps=step.batch_size // 8,
            learning_rate=step.learning_rate,
            bf16=False,
            use_cpu=True,
            report_to="none",
            save_strategy="no",
            disable_tqdm=True,
        ),
    )
    began = perf_counter()
    trainer.train()
    return trainer._total_train_tokens, perf_counter() - began


def _emitted(plan: Plan, root: Path, folder: Path) -> tuple[int, float]:
    """The script that `ftspec compile --emit` writes, run as it is."""
    from ftspec.run.emit import emit

    [step] = plan.of(Train)
    emit(plan, root.resolve(), folder.resolve())
    runpy.run_path(str(folder / "train.py"), run_name="__main__")
    name = step.id.removeprefix("train.")
    history = json.loads((folder / name / "trainer_state.json").read_text())["log_history"]
    return history[-2]["num_tokens"], history[-1]["train_runtime"]
