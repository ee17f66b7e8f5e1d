"""Read, clean, split and render a data set; its rows stay in memory for the steps that read them."""

from __future__ import annotations

from ftspec.plan.steps import Evaluate, FetchModel, PlannedUse, PrepareData, Train
from ftspec.run.session import Session
from ftspec.run.steps import Outcome
from ftspec.text.files import write_atomic


def prepare_data(step: PrepareData, session: Session) -> Outcome:
    """Prepare the rows. Raises `CannotRun` when the files are not those of the plan."""
    prepared = session.prepared(step.id)
    _keep_statistics(step, session)
    parts = " · ".join(f"{part} {len(rows)}" for part, rows in prepared.parts.items() if part != "all" and rows)
    rows = sum(len(rows) for rows in prepared.parts.values())
    return Outcome(f"{rows:,} rows{': ' if parts else ''}{parts}")


_MOST_ROWS = 20_000
"""Of more rows than this, every second, third … is described."""


def _keep_statistics(step: PrepareData, session: Session) -> None:
    """What the report says of the rows, in a file that it reads; one that is there is of the same rows."""
    path = session.folder.statistics / f"{step.id.removeprefix('data.')}.json"
    use, model = _reader(step, session)
    if use is None or path.exists():
        return
    from ftspec.data.statistics import statistics
    from ftspec.plan.canonical import dumps

    name = step.id.removeprefix("data.")
    rows = session.rows(use)
    some = rows[:: -(-len(rows) // _MOST_ROWS) or 1]
    found = statistics(some, session.tokenizer(model), data=name, split=use.split, model=model)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, dumps(found.to_json()))


def _reader(step: PrepareData, session: Session) -> tuple[PlannedUse | None, str]:
    """The part that trains, with the model that learns from it, or else the first one that is scored."""
    for train in session.plan.of(Train):
        if train.data.data == step.id:
            return train.data, train.model
    scored = (use for each in session.plan.of(Evaluate) for one in each.measurements for use in one.uses)
    return next((use for use in scored if use.data == step.id), None), next(session.plan.of(FetchModel)).id
