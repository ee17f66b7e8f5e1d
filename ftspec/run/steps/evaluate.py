"""Take the plan's measurements on the models that the run left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftspec.plan.steps import Evaluate, PlannedUse, PrepareData
from ftspec.run.session import Session
from ftspec.run.steps import Outcome
from ftspec.run.subjects import RunSubjects

if TYPE_CHECKING:
    from ftspec.data import Row
    from ftspec.evaluate import Measurements


def evaluate(step: Evaluate, session: Session) -> tuple[Outcome, Measurements]:
    """The measurements; those that were taken before, here or in another run of the spec, are read."""
    from ftspec.evaluate import measure

    measurements = measure(
        step,
        RunSubjects(session),
        session.rows,
        session.folder.items,
        session.events,
        group_of=lambda use, row: group_of(session, use, row),
        earlier=session.folder.earlier_items(),
        root=session.root,
        allow_code=session.allow_code,
    )
    taken = [scores for scores in measurements.by_id.values() if not scores.reused]
    summary = f"{len(measurements.by_id)} measurements"
    return Outcome(summary, reused=bool(measurements.by_id) and not taken), measurements


def group_of(session: Session, use: PlannedUse, row: Row) -> str | None:
    """The value of the field by which the split keeps rows together."""
    step = session.plan.by_id[use.data]
    assert isinstance(step, PrepareData)
    name = (step.split or {}).get("group")
    return None if name is None else str(row.fields.get(name))
