"""Checkpoints that are there whole or not at all, and that are looked through before anything goes on from them.

transformers writes a checkpoint file by file into its final folder and takes the one with the highest number, torn or
not. Here it writes into a temporary folder, which gets its name when everything is on the disk; a manifest holds the
size and the CRC-32 of every file.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ftspec.kinds.objectives._ranks import agreed, is_first, wait
from ftspec.run.folder import appearing

_MANIFEST = "manifest.json"
_COURSE = "course.json"
_CHUNK = 1 << 22


@dataclass(frozen=True)
class Course:
    """How training went so far, as far as it decides what comes next."""

    validation: tuple[tuple[int, float], ...] = ()
    """Steps and their losses on held-out rows."""

    best: int | None = None
    """The step with the lowest of them."""

    losses: tuple[float, ...] = ()
    """Training losses of the last steps."""


def save(trainer: Any, folder: Path, step: int, course: Course) -> Path:
    """Save the trainer's whole state: weights that train, optimizer, schedule, random generators, position."""
    target = folder / f"step-{step}"
    output = trainer.args.output_dir
    with _for_all(target) as building:
        trainer.args.output_dir = str(building)
        try:
            trainer._save_checkpoint(trainer.model, None)
        finally:
            trainer.args.output_dir = output
        wait()
        if is_first():
            _complete(building, building / f"checkpoint-{step}", course)
    wait()
    return target


@contextmanager
def _for_all(target: Path) -> Iterator[Path]:
    """A folder that every process may write into; the first one has it made, and named when it is whole."""
    if not is_first():
        yield Path(agreed(None))
        return
    with appearing(target) as building:
        agreed(str(building))
        yield building


def _complete(building: Path, written: Path, course: Course) -> None:
    for path in written.iterdir():
        path.rename(building / path.name)
    written.rmdir()
    (building / _COURSE).write_text(json.dumps(asdict(course)), "utf-8")
    (building / _MANIFEST).write_text(json.dumps(_listing(building)), "utf-8")


def keep_only(folder: Path, steps: Collection[int]) -> None:
    """Remove all checkpoints but those of `steps`."""
    for path in _all(folder):
        if step_of(path) not in steps:
            shutil.rmtree(path, ignore_errors=True)


def latest(folder: Path) -> Path | None:
    """The newest checkpoint whose files are all as they were written; a damaged one is passed over."""
    return next((path for path in sorted(_all(folder), key=step_of, reverse=True) if _is_sound(path)), None)


def course(checkpoint: Path) -> Course:
    """How training had gone when the checkpoint was saved."""
    value = json.loads((checkpoint / _COURSE).read_text("utf-8"))
    validation = tuple((int(step), float(loss)) for step, loss in value["validation"])
    return Course(validation, value["best"], tuple(value["losses"]))


def _all(folder: Path) -> list[Path]:
    return [path for path in folder.glob("step-*") if path.is_dir() and path.name[5:].isdigit()]


def step_of(checkpoint: Path) -> int:
    """The optimizer step after which it was saved."""
    return int(checkpoint.name.removeprefix("step-"))


def _is_sound(checkpoint: Path) -> bool:
    try:
        manifest = json.loads((checkpoint / _MANIFEST).read_text("utf-8"))
        return bool(manifest == _listing(checkpoint))
    except (OSError, ValueError):
        return False


def _listing(folder: Path) -> dict[str, list[int]]:
    """Size and CRC-32 of every file, the manifest aside."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != _MANIFEST)
    return {path.relative_to(folder).as_posix(): [path.stat().st_size, _crc(path)] for path in files}


def _crc(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            value = zlib.crc32(chunk, value)
    return value
