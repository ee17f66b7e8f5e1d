"""Have a model's files at hand, in exactly the version that was planned."""

from __future__ import annotations

from pathlib import Path

from ftspec.errors import CannotRun
from ftspec.model.hashes import sha256
from ftspec.plan.steps import FetchModel
from ftspec.run.session import Session, source_of
from ftspec.run.steps import Outcome


def fetch_model(step: FetchModel, session: Session) -> Outcome:
    """Download what is missing and compare every file with the plan's hash."""
    source = source_of(step)
    folder = source.fetch(session.root)
    for planned in step.files:
        _compare(folder / Path(planned.path).name, planned.path, planned.sha256)
    return Outcome(f"{source.title} · {step.parameters / 1e6:,.1f} M parameters, {step.precision}")


def _compare(path: Path, shown: str, planned: str) -> None:
    help = "compile the spec again to plan with the files as they are, or bring the files back"
    if not path.is_file():
        raise CannotRun(f"{shown} is gone since the plan was made", help=help)
    if sha256(path) != planned:
        raise CannotRun(f"{shown} has changed since the plan was made", help=help)
