"""The two sides of a comparison: a spec here, a spec at a git revision, or a plan."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ftspec.errors import CannotRun, Rejected
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.plan import Plan
from ftspec.review.checkout import lay_out
from ftspec.review.git import Revision, repository_at, revision
from ftspec.text.diagnostic import Diagnostic, Place
from ftspec.text.files import shown_path

_HELP = "name a spec, a plan.json, or a revision and a path: `HEAD~1:specs/a.ft`"


@dataclass(frozen=True)
class Side:
    """One side: its plan, under the name that the user gave it."""

    name: str
    plan: Plan


def open_side(text: str, options: Options = Options()) -> Side:
    """The plan of a file or of `revision:path`. Raises `Rejected`, and `CannotRun` where there is no such thing."""
    path = Path(text)
    if path.is_file():
        return Side(text, _plan(path, options))
    name, colon, inside = text.rpartition(":")
    if not colon or not name or not inside:
        raise CannotRun(f"there is no file {text}", _HELP)
    found = revision(Path.cwd(), name)
    if found is None:
        raise CannotRun(f"git knows no revision `{name}`", "fetch it: `git fetch origin`; or mend the name")
    return Side(text, plan_at(found, _in_repository(found, inside), options))


def plan_at(found: Revision, path: str, options: Options = Options()) -> Plan:
    """The plan of the spec at `path`, counted from the repository's root, as it was at a commit. Raises `Rejected`."""
    with tempfile.TemporaryDirectory(prefix="ftspec-") as folder:
        root = Path(folder).resolve()
        with _named(root, found):
            return _plan(lay_out(found, path, root), options)


def _plan(path: Path, options: Options) -> Plan:
    if path.suffix == ".json":
        from ftspec.plan.load import read_plan

        return read_plan(path)
    # A comparison is about what changed: a lock that does not fit is for `compile` to refuse.
    return compile_spec(path, replace(options, locked=False)).plan


def _in_repository(found: Revision, path: str) -> str:
    """The path from the repository's root: as it is written, or counted from the working directory."""
    here = Path.cwd().resolve().relative_to(repository_at(Path.cwd()).resolve())
    for each in (Path(path).as_posix(), (here / path).as_posix()):
        if each in found.files:
            return each
    raise CannotRun(f"there is no file {path} at {found.name}", "a file that is new has nothing to compare with")


@contextmanager
def _named(folder: Path, found: Revision) -> Iterator[None]:
    """Files of the temporary folder under the name that the user knows: `HEAD~1:specs/a.ft`."""
    try:
        yield
    except Rejected as rejected:
        renamed = [_renamed(each, f"{shown_path(folder)}/", f"{found.name}:") for each in rejected.diagnostics]
        raise Rejected(renamed, rejected.exit_code) from rejected


def _renamed(diagnostic: Diagnostic, prefix: str, name: str) -> Diagnostic:
    def moved(place: Place) -> Place:
        path = place.source.path
        shown = f"{name}{path.removeprefix(prefix)}" if path.startswith(prefix) else path
        return replace(place, source=replace(place.source, path=shown))

    labels = tuple(replace(each, place=moved(each.place)) for each in diagnostic.labels)
    return replace(diagnostic, place=moved(diagnostic.place) if diagnostic.place else None, labels=labels)
