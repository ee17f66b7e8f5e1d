"""Read, clean, split and render a data set; its rows stay in memory for the steps that read them."""

from __future__ import annotations

from ftspec.plan.steps import PrepareData
from ftspec.run.session import Session
from ftspec.run.steps import Outcome


def prepare_data(step: PrepareData, session: Session) -> Outcome:
    """Prepare the rows. Raises `CannotRun` when the files are not those of the plan."""
    prepared = session.prepared(step.id)
    parts = " · ".join(f"{part} {len(rows)}" for part, rows in prepared.parts.items() if part != "all" and rows)
    rows = sum(len(rows) for rows in prepared.parts.values())
    return Outcome(f"{rows:,} rows{': ' if parts else ''}{parts}")
