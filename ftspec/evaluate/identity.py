"""What a measurement depends on, as digests: the same digest means the same scores, and nothing is taken twice."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.plan.canonical import value_digest
from ftspec.plan.steps import Generation, Measurement

if TYPE_CHECKING:
    from ftspec.data import Row
    from ftspec.kinds.metrics import Need

VERSION = 2
"""Raised when observers or columns change what they give for the same input."""


def rows_digest(rows: Sequence[Row]) -> str:
    """SHA-256 over what the rows say, in order."""
    digest = hashlib.sha256()
    for row in rows:
        turns = [(turn.role, turn.text, turn.trains) for turn in row.turns]
        digest.update(repr((row.item, turns)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def observation_digest(
    need: Need, settings: Mapping[str, Any], rows: Sequence[str], subject: str, generation: Generation
) -> str:
    """What is observed: need and settings, rows, model, and how answers are generated."""
    return value_digest(
        {
            "version": VERSION,
            "need": need.value,
            "settings": dict(settings),
            "rows": list(rows),
            "subject": subject,
            "generation": generation.model_dump(mode="json"),
        }
    )


def machine_digest() -> str:
    """This machine, without its name: what was timed on another one is timed again."""
    told = (platform.node(), platform.machine(), platform.processor(), os.cpu_count())
    return hashlib.sha256(repr(told).encode()).hexdigest()


def measurement_digest(measurement: Measurement, observation: str, files: Mapping[str, str]) -> str:
    """What is scored: an observation, the metric over it, and the files that the metric names."""
    return value_digest({"metric": dict(measurement.metric), "observation": observation, "files": dict(files)})


def path_digest(path: Path) -> str:
    """SHA-256 over a file, or over the files of a folder; empty for what is not there."""
    digest = hashlib.sha256()
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    if not path.is_dir():
        return ""
    for file in sorted(each for each in path.rglob("*") if each.is_file()):
        digest.update(f"{file.relative_to(path).as_posix()}\0".encode())
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()
