"""Hold gates against a model that is there already, a run's or a folder's: measure and decide, and train nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ftspec.errors import CannotRun
from ftspec.evaluate.identity import path_digest
from ftspec.evaluate.results import Artefact, Verdict
from ftspec.plan.canonical import to_json as plan_json
from ftspec.plan.canonical import value_digest
from ftspec.plan.load import read_plan
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Decide, Evaluate
from ftspec.run import artefact
from ftspec.run.candidate import Candidate
from ftspec.run.drifted import Drift, drifted
from ftspec.run.events import Events
from ftspec.run.faults import told
from ftspec.run.folder import RunFolder
from ftspec.run.lock import locked
from ftspec.run.newdata import with_data
from ftspec.run.progress import Progress
from ftspec.run.quiet import quiet
from ftspec.run.record import Record
from ftspec.run.sealing import write_verdict
from ftspec.run.session import Session, digests_of
from ftspec.run.shipped import SHIPPED, shipped_name
from ftspec.run.signals import Stopper
from ftspec.run.stages import Stages
from ftspec.run.steps.evaluate import group_of
from ftspec.run.threads import threads_of
from ftspec.text.files import write_atomic

if TYPE_CHECKING:
    from ftspec.evaluate import Measurements


@dataclass(frozen=True)
class Gated:
    """What came out."""

    verdict: Verdict
    folder: Path
    """Where plan, items, verdict and record lie."""

    drift: tuple[Drift, ...] = ()
    """New data against the old, one for each data set that was replaced."""


@dataclass(frozen=True)
class Gating:
    """Gates and the model they are held against."""

    plan: Plan
    """Whose gates are held."""

    root: Path
    """The folder of its spec."""

    target: Path
    """A run's folder, or a model's."""

    data: Mapping[str, Path]
    """Files in place of data sets, by the name of the data set."""

    spec: Path | None = None
    """The spec's file; a copy is kept beside the verdict."""

    allow_code: bool = False
    anew: bool = False
    """Measure everything, whatever was measured before."""

    @property
    def is_run(self) -> bool:
        """Whether the model is that of a run."""
        return (self.target / "plan.json").is_file()

    @property
    def default_folder(self) -> Path:
        """The run itself for its own gates; else a folder named by what is asked, so that asking again reuses it."""
        if self.is_run and not self.data and read_plan(self.target / "plan.json").digest == self.plan.digest:
            return self.target
        files = {name: path_digest(path) for name, path in self.data.items()}
        name = value_digest({"plan": self.plan.digest, "data": files, "target": self.target.resolve().name})[:12]
        home = self.target if self.is_run else Path("runs") / self.plan.spec.name
        return home / "gates" / name

    def hold(self, out: Path, progress: Progress) -> Gated:
        """Measure, decide and write everything into `out`; what was measured before is taken over.

        Raises:
            CannotRun: the model, the data or the run cannot be read as they are.
        """
        plan = with_data(self.plan, self.root, self.data)
        folder = RunFolder(out)
        with told(out), locked(out), quiet():
            events = Events(Record(folder.record), progress)
            try:
                return self._held(plan, folder, events)
            finally:
                events.record.close()

    def _held(self, plan: Plan, folder: RunFolder, events: Events) -> Gated:
        session = _session(plan, self.root, folder, events, self.allow_code)
        candidate = self._candidate(session)
        write_atomic(folder.plan, plan_json(plan))
        if self.spec is not None:
            folder.keep_spec(self.spec)
        measurements = _measured(session, candidate, self._earlier(folder), events)
        drift = self._drift(session, candidate, measurements)
        if drift:
            write_atomic(folder.path / "drift.json", Drift.to_json(drift))
        verdict = _decided(session, measurements, candidate)
        return Gated(verdict, folder.path, drift)

    def _candidate(self, session: Session) -> Candidate:
        if not self.is_run:
            return Candidate(session, None, self.target)
        run = _session(read_plan(self.target / "plan.json"), self.root, RunFolder(self.target), session.events)
        if not run.folder.model.is_dir():
            raise CannotRun(f"{self.target} has no model to score", "run its spec to the end first")
        return Candidate(session, run, run.folder.model)

    def _earlier(self, folder: RunFolder) -> tuple[Path, ...]:
        """Items folders to take equal measurements over from."""
        if self.anew:
            return ()
        spec_runs = self.target.parent if self.is_run else folder.path.parent.parent
        found = {*spec_runs.glob("*/items"), *folder.path.parent.glob("*/items"), self.target / "items"}
        return tuple(sorted(path for path in found if path != folder.items))

    def _drift(self, session: Session, candidate: Candidate, new: Measurements) -> tuple[Drift, ...]:
        if candidate.run is None:
            return ()
        return tuple(drifted(f"data.{name}", session, candidate.run, new) for name in sorted(self.data))


@contextmanager
def opened(run: Path, root: Path, progress: Progress) -> Iterator[Session]:
    """A finished run's plan and models, to read from. Nothing is written into its folder but locks."""
    with told(run), locked(run), quiet(), tempfile.TemporaryDirectory(prefix="ftspec-") as folder:
        events = Events(Record(Path(folder) / "record.jsonl"), progress)
        try:
            plan = read_plan(run / "plan.json")
            with threads_of(plan.target):
                yield _session(plan, root, RunFolder(run), events)
        finally:
            events.record.close()


def _session(plan: Plan, root: Path, folder: RunFolder, events: Events, allow_code: bool = False) -> Session:
    stages = Stages(folder.stages)
    return Session(plan, root, folder, events, Stopper(), stages, digests_of(plan), allow_code)


def _measured(session: Session, candidate: Candidate, earlier: Sequence[Path], events: Events) -> Measurements:
    from ftspec.evaluate import measure

    [step] = session.plan.of(Evaluate)
    return measure(
        step,
        candidate,
        session.rows,
        session.folder.items,
        events,
        group_of=lambda use, row: group_of(session, use, row),
        earlier=earlier,
        root=session.root,
        allow_code=session.allow_code,
    )


def _decided(session: Session, measurements: Measurements, scored: Candidate) -> Verdict:
    from ftspec.evaluate import decide
    from ftspec.evaluate.verify import evidence

    plan = session.plan
    [step] = plan.of(Decide)
    verdict = decide(
        step,
        plan.gates,
        measurements,
        digest=plan.digest,
        spec=plan.spec.name,
        artefact=scored.artefact(session.folder.path),
        also=scored.also(session.folder.path),
        evidence=evidence(session.folder.path),
        shipped=shipped_name(plan, scored.home(SHIPPED)),
    )
    write_verdict(session.folder, verdict, session.events)
    return verdict


def artefact_of(run: Path) -> Artefact | None:
    """The artefact that a run's verdict names, with the hash that its files have now."""
    try:
        told = Verdict.model_validate_json((run / "verdict.json").read_bytes()).artefact
    except (OSError, ValueError):
        told = None
    path = told.path if told is not None else "model"
    return artefact.found(run / path, path)


def also_of(run: Path) -> tuple[Artefact, ...]:
    """The further forms beside it, with the hashes that their files have now."""
    first = artefact_of(run)
    return artefact.found_inside(run / first.path, first.path) if first is not None else ()
