"""Where a run keeps what: the run directory, and beside it the stages that other runs may take over."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ftspec.text.files import write_atomic

TRIALS = "trials"
"""The folder of a search's trials among the runs of their spec: none of them is a candidate to ship."""


@dataclass(frozen=True)
class RunFolder:
    """The files of one run, `runs/<spec name>/<first 12 of digest>/`."""

    path: Path

    @property
    def plan(self) -> Path:
        """The plan that is run."""
        return self.path / "plan.json"

    @property
    def record(self) -> Path:
        """The events, one JSON object a line."""
        return self.path / "record.jsonl"

    @property
    def verdict(self) -> Path:
        """What the gates decided."""
        return self.path / "verdict.json"

    @property
    def model(self) -> Path:
        """The artefact that ships."""
        return self.path / "model"

    def form(self, inside: str | None) -> Path:
        """Where one form of the artefact lies."""
        return self.model if inside is None else self.model / inside

    @property
    def spec(self) -> Path:
        """A copy of the spec, as it was when the run began."""
        return self.path / "spec.ft"

    @property
    def lock(self) -> Path:
        """A copy of the spec's lock file, where it has one."""
        return self.path / "spec.lock"

    @property
    def items(self) -> Path:
        """The scored items of each measurement."""
        return self.path / "items"

    @property
    def statistics(self) -> Path:
        """What the report says of the rows, a file for each data set."""
        return self.path / "statistics"

    @property
    def checkpoints(self) -> Path:
        """The states that a stopped training goes on from."""
        return self.path / "checkpoints"

    @property
    def stages(self) -> Path:
        """Finished stages of this spec, whichever run trained them."""
        home = self.path.parent
        return (home.parent if home.name == TRIALS else home) / "stages"

    def earlier_items(self) -> tuple[Path, ...]:
        """The items folders of the spec's other runs, sorted."""
        return tuple(sorted(path for path in self.path.parent.glob("*/items") if path != self.items))

    def keep_spec(self, spec: Path) -> None:
        """Copy the spec and its lock file, so that the verdict can be bound to them."""
        self.path.mkdir(parents=True, exist_ok=True)
        lock = spec.with_name(f"{spec.name}.lock")
        write_atomic(self.spec, spec.read_bytes())
        if lock.is_file():
            write_atomic(self.lock, lock.read_bytes())
        else:
            self.lock.unlink(missing_ok=True)

    def root_name(self, root: Path) -> str:
        """The spec's folder as seen from this one: what the record keeps, so that both can move together."""
        return Path(os.path.relpath(root.resolve(), self.path.resolve())).as_posix()

    @property
    def root(self) -> Path | None:
        """The spec's folder as the record's last start tells it; None where it is not there."""
        lines = self.record.read_text("utf-8", "replace").splitlines() if self.record.is_file() else []
        starts = [line for line in lines if '"event": "run_started"' in line and '"root"' in line]
        root = self.path / json.loads(starts[-1])["root"] if starts else None
        return root.resolve() if root is not None and root.is_dir() else None

    def forget(self) -> None:
        """Remove what an earlier run of the same plan left, its record included; finished stages stay."""
        for path in (self.model, self.items, self.checkpoints, self.statistics):
            shutil.rmtree(path, ignore_errors=True)
        for path in (self.record, self.verdict, self.path / "samples.jsonl", self.path / "report.html"):
            path.unlink(missing_ok=True)


@contextmanager
def appearing(target: Path) -> Iterator[Path]:
    """A temporary sibling folder to write into; `target` appears, whole and synced, when the block ends well.

    A folder that stands at `target` already is replaced. What a killed process left half-written never gets the name.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    building = target.parent / f".{target.name}.{os.urandom(4).hex()}.tmp"
    building.mkdir()
    try:
        yield building
        sync_tree(building)
        _replace(building, target)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise


def sweep(folder: Path) -> None:
    """Remove temporary folders that killed processes left."""
    for path in folder.glob(".*.tmp"):
        shutil.rmtree(path, ignore_errors=True)


def sync_tree(folder: Path) -> None:
    """Have every file and folder below on the disk before anything refers to them."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_dir() and os.name != "posix":
            continue
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _replace(building: Path, target: Path) -> None:
    if target.exists():
        # A folder cannot be renamed over a full one: the old one steps aside first.
        aside = target.parent / f".{target.name}.{os.urandom(4).hex()}.tmp"
        os.replace(target, aside)
        os.replace(building, target)
        shutil.rmtree(aside, ignore_errors=True)
    else:
        os.replace(building, target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Have a rename in `folder` on the disk."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
