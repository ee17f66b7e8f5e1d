"""The measurements that a run has kept, read back."""

from __future__ import annotations

from pathlib import Path

from ftspec.evaluate import items
from ftspec.evaluate.results import Measurements
from ftspec.plan.steps import Evaluate


class Damaged(Exception):
    """Raised when a kept measurement is missing, or its items are not those that were written."""


def kept(step: Evaluate, folder: Path) -> Measurements:
    """Every measurement of a plan's step from an items folder.

    Raises:
        Damaged: one of them is not there, or not as it was written.
    """
    index = items.read_index(folder)
    found = {}
    for measurement in step.measurements:
        entry = index.get(measurement.id)
        if entry is None:
            raise Damaged(f"{folder.name}/{items.INDEX} has no entry for {measurement.id}")
        lines = items.read(folder, entry)
        if lines is None:
            raise Damaged(f"{folder.name}/{entry.file} is not the file that was written")
        found[measurement.id] = items.scores_of(measurement, entry, lines)
    return Measurements(found)
