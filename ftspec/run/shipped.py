"""The last model of a spec that shipped: what `shipped` in a gate is compared with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from ftspec.errors import CannotRun
from ftspec.evaluate.results import Verdict
from ftspec.plan.load import read_plan
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate
from ftspec.run import artefact
from ftspec.run.folder import RunFolder
from ftspec.run.session import Session, digests_of
from ftspec.run.ship import shipments
from ftspec.run.stages import Stages

SHIPPED = "shipped"


def last_shipped(run: Path) -> Path | None:
    """The newest other run of the spec that passed, or was shipped by force, and whose files are as they were."""
    found = [
        (when, folder)
        for path in run.parent.glob("*/verdict.json")
        if (folder := path.parent).resolve() != run.resolve() and (when := _shipped_at(folder)) is not None
    ]
    return max(found)[1] if found else None


def shipped_session(session: Session) -> tuple[Session, str]:
    """The run that shipped last with the id of its artefact; before anything has, this plan's untrained model.

    Nothing shipped yet means that the model as it was fetched is the one in service.
    """
    run = last_shipped(session.folder.path)
    if run is None:
        return session, session.train_step(session.plan.ships.stage).model
    plan, folder = read_plan(run / "plan.json"), RunFolder(run)
    stages = Stages(folder.stages)
    return Session(plan, session.root, folder, session.events, session.stopper, stages, digests_of(plan)), "export"


def shipped_name(plan: Plan, session: Session) -> str | None:
    """The name of that run for a verdict: empty where there is none, None where no measurement of the plan asks."""
    [step] = plan.of(Evaluate)
    if all(each.subject != SHIPPED for each in step.measurements):
        return None
    run = last_shipped(session.folder.path)
    return "" if run is None else run.name


def _shipped_at(run: Path) -> str | None:
    """When a run shipped; None where it did not, or where its model is not the one that was judged."""
    try:
        verdict = Verdict.model_validate_json((run / "verdict.json").read_bytes())
    except (OSError, ValueError):
        return None
    now = artefact.found(run / "model")
    if verdict.artefact is None or now is None or now.sha256 != verdict.artefact.sha256:
        return None
    try:
        sent = shipments(run)
    except CannotRun:
        return None  # what tells where it went is not what was written: its own verdict does not stand either
    if sent:
        return sent[-1].time
    return max(_decided(run), default="") if verdict.verdict == "pass" else None


def _decided(run: Path) -> Iterator[str]:
    record = run / "record.jsonl"
    for line in record.read_text("utf-8", "replace").splitlines() if record.is_file() else ():
        if '"event": "verdict"' in line:
            yield str(json.loads(line)["time"])
