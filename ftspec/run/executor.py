"""Does what a plan says, step by step, and goes on where an earlier process stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from ftspec.errors import FtspecError
from ftspec.plan.canonical import to_json
from ftspec.plan.devices import keep_allocations_apart, remember_pace
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Decide, Evaluate, Export, FetchModel, Generate, PrepareData, Step, Train
from ftspec.run import memory
from ftspec.run.devices import check_devices, keep_to
from ftspec.run.events import Events
from ftspec.run.faults import told
from ftspec.run.folder import RunFolder, sweep
from ftspec.run.lock import locked
from ftspec.run.packages import packages
from ftspec.run.progress import Progress
from ftspec.run.quiet import quiet
from ftspec.run.record import Record
from ftspec.run.results import RunResult
from ftspec.run.session import Session, digests_of
from ftspec.run.signals import StoppedBy, Stopper, stopping
from ftspec.run.stages import Stages
from ftspec.run.steps import Outcome
from ftspec.run.threads import threads_of
from ftspec.run.waiting import Waiting
from ftspec.text.files import write_atomic

if TYPE_CHECKING:
    from ftspec.evaluate import Measurements, Verdict


def execute(
    plan: Plan,
    root: Path,
    run_dir: Path,
    progress: Progress,
    *,
    fresh: bool = False,
    spec: Path | None = None,
    allow_code: bool = False,
    until: str | None = None,
) -> RunResult:
    """Run the plan.

    Args:
        plan: What to do.
        root: The spec's folder; paths in the plan are relative to it.
        run_dir: Where everything is kept; made when it is not there.
        progress: Told what happens.
        fresh: Forget what an earlier run of this plan has done, its stages included.
        spec: The file that the plan was compiled from; a copy is kept beside the verdict, which is bound to it.
        allow_code: Whether Python files that the plan names may run.
        until: The id of a step: it and what it needs are done, and nothing is decided.

    Raises:
        CannotRun: this machine or these inputs cannot do it.
        TrainingFailed: training itself broke.
        Stopped: a signal ended it, with everything kept that is needed to go on.
    """
    began, waiting = time.perf_counter(), Waiting()
    folder = RunFolder(run_dir)
    begins = fresh or not folder.record.exists()
    if plan.target.kind == "cpu":
        keep_allocations_apart()
    keep_to(plan.target)
    with told(run_dir), locked(run_dir), quiet(), stopping() as stopper, _recorded(folder, progress, fresh) as events:
        session = _session(plan, root, folder, events, stopper, fresh)
        session.allow_code = allow_code
        if spec is not None:
            folder.keep_spec(spec)
        events.run_started(plan.digest, plan.ftspec, packages(), plan.target.title, folder.root_name(root))
        _check_tools(plan)
        check_devices(plan)
        with threads_of(plan.target):
            results = _Results()
            verdict = results.all(session, needed(plan, until))
        seconds, peak = time.perf_counter() - began, memory.peak()
        predicted = plan.resources
        events.run_finished(seconds, peak, predicted.time_seconds, predicted.memory.total_bytes)
    whole = begins and until is None and not results.reused
    if whole:
        remember_pace(plan.target, predicted.reckoned_seconds, seconds, waiting.share())
    return RunResult(run_dir, verdict, seconds, peak, whole)


def _check_tools(plan: Plan) -> None:
    """Programs that the last step needs are asked for before the first one begins."""
    from ftspec.run.gguf import check_readable, find_tools

    stages, models = {step.id: step for step in plan.of(Train)}, {step.id: step for step in plan.of(FetchModel)}
    for step in plan.of(Export):
        if step.gguf is not None:
            find_tools(step.gguf)
            stage = stages[step.stage]
            check_readable(models[stage.model].model_type, stage.outputs)


def _session(plan: Plan, root: Path, folder: RunFolder, events: Events, stopper: Stopper, fresh: bool) -> Session:
    sweep(folder.path)
    write_atomic(folder.plan, to_json(plan))
    stages = Stages(folder.stages)
    digests = digests_of(plan)
    if fresh:
        for id in (*(step.id for step in plan.of(Train)), *(step.id for step in plan.of(Generate))):
            stages.forget(digests[id])
    return Session(plan, root, folder, events, stopper, stages, digests)


@contextmanager
def _recorded(folder: RunFolder, progress: Progress, fresh: bool) -> Iterator[Events]:
    """The events of the run; how it ended is the last of them."""
    if fresh:
        folder.forget()
    events = Events(Record(folder.record), progress)
    try:
        with told(folder.path):
            yield events
    except StoppedBy as stop:
        events.stopped(stop.signal, stop.step)
        raise
    except FtspecError as error:
        events.failed(error.message)
        raise
    finally:
        events.record.close()


def needed(plan: Plan, until: str | None) -> tuple[Step, ...]:
    """Every step of the plan, or one with all that it needs, in order."""
    if until is None:
        return plan.steps
    waiting, kept = [until], set()
    while waiting:
        id = waiting.pop()
        kept.add(id)
        waiting += [each for each in getattr(plan.by_id[id], "needs", ()) if each not in kept]
    return tuple(step for step in plan.steps if step.id in kept)


@dataclass
class _Results:
    """What later steps need of earlier ones."""

    measurements: Measurements | None = None
    verdict: Verdict | None = None
    reused: bool = False
    """Whether anything was kept from an earlier run."""

    def all(self, session: Session, steps: Sequence[Step]) -> Verdict | None:
        """The steps in order. The verdict is that of `decide`, the last step of a plan."""
        for step in steps:
            began = time.perf_counter()
            session.events.step_started(step.id, step.kind)
            outcome = self._one(step, session)
            self.reused |= outcome.reused
            seconds = time.perf_counter() - began
            session.events.step_finished(step.id, step.kind, seconds, outcome.reused, outcome.summary, **outcome.more)
        return self.verdict

    def _one(self, step: Step, session: Session) -> Outcome:
        match step:
            case FetchModel():
                from ftspec.run.steps.fetch_model import fetch_model

                return fetch_model(step, session)
            case PrepareData():
                from ftspec.run.steps.prepare_data import prepare_data

                return prepare_data(step, session)
            case Generate():
                from ftspec.run.steps.generate import generate

                return generate(step, session)
            case Train():
                from ftspec.run.steps.train import train

                return train(step, session)
            case Export():
                from ftspec.run.steps.export import export

                return export(step, session)
            case Evaluate():
                from ftspec.run.steps.evaluate import evaluate

                outcome, self.measurements = evaluate(step, session)
                return outcome
            case Decide():
                from ftspec.run.steps.decide import decide

                assert self.measurements is not None
                outcome, self.verdict = decide(step, session, self.measurements)
                return outcome
            case _:
                assert_never(step)
