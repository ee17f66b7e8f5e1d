"""Train one stage, or take it over when it was trained before."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ftspec.errors import CannotRun
from ftspec.kinds.objectives._ranks import alone, is_first, wait
from ftspec.model.load import keep_trainable
from ftspec.plan.steps import Train
from ftspec.run import checkpoint
from ftspec.run.artefact import settle_adapter_config
from ftspec.run.attendant import Attendant
from ftspec.run.blocks import blocks_of
from ftspec.run.job import TrainJob, prepared_job
from ftspec.run.session import Session
from ftspec.run.stages import Stage
from ftspec.run.steps import Outcome
from ftspec.run.weights import assemble, attach, lineage, method_of, objective_of

if TYPE_CHECKING:
    from transformers import Trainer


def train(step: Train, session: Session) -> Outcome:
    """Train the stage, from its last checkpoint where there is one, and keep the result under its digest."""
    digest = session.digests[step.id]
    kept = session.stages.find(digest)
    if kept is None:
        kept = _trained(step, session, digest)
        if session.stopper.asked and alone():  # by a signal that came while the last step was under way
            raise session.stopper.stopped(f"{step.id.removeprefix('train.')} is kept")
        return Outcome(_summary(kept), more=_record(kept))
    return Outcome(_summary(kept), reused=True, more=_record(kept))


def _trained(step: Train, session: Session, digest: str) -> Stage:
    if step.devices > 1 and alone():
        from ftspec.run.launch import train_on_several

        train_on_several(step, session)
        return session.stages.kept(digest)
    began = time.perf_counter()
    folder = session.folder.checkpoints / digest[:12]
    with blocks_of(step, session.plan.target):
        job, trainer = built(step, session, folder)
        with job.others:
            _run(job.attendant, trainer, step, session, folder)
    if is_first():
        session.events.settled()
        with session.stages.new(digest) as building:
            form = _save(trainer, building, step, session)
            session.stages.curve(building, session.folder.record, step.id)
            stage = _stage(step, digest, form, job, time.perf_counter() - began)
            session.stages.seal(building, replace(stage, **session.stages.rewards(building)))
        checkpoint.keep_only(folder, ())
    wait()
    return session.stages.kept(digest)


def built(
    step: Train, session: Session, folder: Path, change: Callable[[TrainJob], TrainJob] | None = None
) -> tuple[TrainJob, Trainer]:
    """The trainer of a step, ready to start; its checkpoints go into `folder`. `change` may give it other rows."""
    job = prepared_job(step, session, _model(step, session), folder)
    job = job if change is None else change(job)
    trainer = job.trainer()
    _check_trainable(step, trainer)
    return job, trainer


def _model(step: Train, session: Session) -> Any:
    """The model as the stage before left it, with exactly the planned parameters trainable."""
    from transformers import set_seed

    method = method_of(step.method)
    made = lineage(session, step.from_, step.model)
    going_on = made.adapters[-1] if step.continues_adapter else None
    # Weights that are trained themselves are kept in fp32; 16-bit ones would lose small updates.
    precision = step.precision if method.has_adapter else "fp32"
    set_seed(step.seed)  # a new head is made while the model is loaded
    below = made.below if going_on else made
    model = assemble(below, session, objective_of(step.objective), precision=precision, attention=step.attention)
    keep_trainable(model)
    set_seed(step.seed)
    if going_on is not None:
        return attach(model, going_on, trainable=True)
    return method.apply(model, step.adaptation)


def _check_trainable(step: Train, trainer: Trainer) -> None:
    model: Any = trainer.model
    found = sum(each.numel() for each in model.parameters() if each.requires_grad)
    if found != step.adaptation.trainable:
        raise CannotRun(
            f"{step.id.removeprefix('train.')} would train {found:,} parameters, the plan says "
            f"{step.adaptation.trainable:,}",
            help="compile the spec again: the plan was made with other versions of the libraries",
        )


def _run(attendant: Attendant, trainer: Any, step: Train, session: Session, folder: Path) -> None:
    """Train to the end, or raise `Stopped` with a checkpoint kept."""
    method = method_of(step.method)
    resume = checkpoint.latest(folder) if method.resumes else None
    if resume is None:
        method.begin(trainer)
    else:
        attendant.course = checkpoint.course(resume)
        session.events.resumed(step.id, checkpoint.step_of(resume))
    with session.stopper.patient():
        trainer.train(resume_from_checkpoint=None if resume is None else str(resume))
    done = int(trainer.state.global_step)
    if session.stopper.asked and done < step.optimizer_steps:
        name = step.id.removeprefix("train.")
        kept = f"{name} is kept at step {done}" if method.resumes else f"{name} cannot be kept half-way"
        raise session.stopper.stopped(kept, done if method.resumes else None)
    best = attendant.course.best
    if step.early_stopping is not None and best is not None and best != done:
        trainer._load_from_checkpoint(str(folder / f"step-{best}"))


def _save(trainer: Any, building: Path, step: Train, session: Session) -> Literal["adapter", "full"]:
    method = method_of(step.method)
    method.save(trainer.model, building)
    (building / "README.md").unlink(missing_ok=True)
    if (building / "adapter_config.json").is_file():
        settle_adapter_config(building, session.model_step(step.model))
    return "adapter" if method.has_adapter else "full"


def _stage(step: Train, digest: str, form: Literal["adapter", "full"], job: TrainJob, seconds: float) -> Stage:
    losses = job.attendant.course.losses
    return Stage(
        id=step.id,
        digest=digest,
        form=form,
        loss=sum(losses) / len(losses),
        steps=step.optimizer_steps,
        tokens=sum(job.tokens),
        tokens_per_second=round(job.attendant.speed, 1),
        trainable=step.adaptation.trainable,
        seconds=round(seconds, 3),
        method=step.method,
        objective=step.objective,
    )


def _summary(stage: Stage) -> str:
    told = f"loss {stage.loss:.4f}" if stage.reward is None else f"reward {stage.reward:.4f}"
    untaught = " · answers were always worth the same: nothing was learned from them" if stage.untaught else ""
    return f"{stage.steps} steps · {told} · {stage.tokens_per_second:,.0f} tokens/s{untaught}"


def _record(stage: Stage) -> dict[str, Any]:
    return {
        "loss": stage.loss,
        "tokens": stage.tokens,
        "tokens_per_second": stage.tokens_per_second,
        "trainable": stage.trainable,
    }
