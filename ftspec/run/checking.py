"""Whether a run's verdict still stands: its evidence, its data, and on request the model itself."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from ftspec.evaluate.kept import kept
from ftspec.evaluate.verify import rescored, verify
from ftspec.plan.load import read_plan
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Evaluate, PrepareData
from ftspec.run.artefact import changed_files
from ftspec.run.folder import RunFolder
from ftspec.run.gating import Gating, also_of, artefact_of
from ftspec.run.progress import Progress


def problems(run: Path, root: Path | None) -> list[str]:
    """What is wrong with a run's evidence, a sentence each; empty when the verdict stands.

    Args:
        run: The run's folder.
        root: The spec's folder, where it is known: the data files are looked at too.
    """
    found = verify(run, artefact_of(run), also_of(run))
    if found:
        changed = (f"model/{name}: it is not the file that was scored" for name in changed_files(run / "model"))
        found = [*changed, *found]
    return found if found or root is None else list(_changed_files(read_plan(run / "plan.json"), root))


def rescored_problems(run: Path, root: Path, progress: Progress, allow_code: bool = False) -> list[str]:
    """Where the model, scored anew, differs from what the run kept. The run's folder is not written to.

    Raises:
        CannotRun: the model or the data cannot be read as they were.
    """
    plan = read_plan(run / "plan.json")
    [step] = plan.of(Evaluate)
    old = kept(step, RunFolder(run).items)
    with tempfile.TemporaryDirectory(prefix="ftspec-") as folder:
        gating = Gating(plan, root, run, {}, allow_code=allow_code, anew=True)
        gating.hold(Path(folder) / "again", progress)
        new = kept(step, Path(folder) / "again" / "items")
    return rescored(old, new)


def _changed_files(plan: Plan, root: Path) -> Iterator[str]:
    from ftspec.model.hashes import sha256

    for step in plan.of(PrepareData):
        for file in step.files:
            path = root / file.path
            if not path.is_file():
                yield f"{file.path}: the data file is gone"
            elif sha256(path) != file.sha256:
                yield f"{file.path}: the data file was changed since the run"
