"""Take every measurement of a step, each observation once, and nothing that is there already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from ftspec.evaluate.asked import Asked, Rows
from ftspec.evaluate.extra import with_inputs
from ftspec.evaluate.identity import rows_digest
from ftspec.evaluate.observe import memory
from ftspec.evaluate.results import Measurements, Scores
from ftspec.evaluate.samples import base_of, sampled, write_samples
from ftspec.evaluate.shelf import Shelf
from ftspec.evaluate.subjects import Subject, Subjects
from ftspec.evaluate.taking import GroupOf, Surroundings, scored, taken
from ftspec.evaluate.watcher import Watcher
from ftspec.kinds.metrics import Need
from ftspec.plan.steps import Evaluate, PlannedUse

if TYPE_CHECKING:
    from ftspec.data import Row


def alone(use: PlannedUse, row: Row) -> str | None:
    """Every row stands for itself."""
    return None


def measure(
    step: Evaluate,
    subjects: Subjects,
    data: Callable[[PlannedUse], Sequence[Row]],
    items_dir: Path,
    progress: Watcher,
    *,
    group_of: GroupOf = alone,
    earlier: Sequence[Path] = (),
    root: Path = Path(),
    allow_code: bool = False,
) -> Measurements:
    """Every measurement of the step.

    Writes `items/<slug>.jsonl` for each as it is done, and `samples.jsonl` beside the folder, all atomically. A
    measurement whose digest is in an index already is read, not taken.

    Args:
        step: What to measure.
        subjects: Opens the models, one at a time, and only those that are needed.
        data: The rows of a part.
        items_dir: The run's `items` folder.
        progress: Told what happens.
        group_of: The group of a row; rows of one group are resampled together.
        earlier: Items folders of earlier runs, from which equal measurements are taken over.
        root: The spec's folder, in which metrics find the files that they name.
        allow_code: Whether such files may run code.
    """
    shelf = Shelf.at(items_dir, tuple(earlier))
    digest = cache(subjects.digest)
    asked = _asked(step, data, digest, root, items_dir, allow_code)
    extra = sampled(step, asked, digest)
    every = _in_order([*asked, *extra])
    around = Surroundings(shelf, group_of, progress, allow_code)
    done = _known(shelf, every, progress)
    for subject, missing in _by_subject([each for each in every if each.id not in done]):
        with subjects.open(subject) as opened:
            _start(missing, opened)
            for each in missing:
                done[each.id] = _kept(shelf, each, taken(each, opened, around), progress)
    for each in every:
        if each.id not in done:
            done[each.id] = _kept(shelf, each, taken(each, None, around), progress)
    write_samples(step, asked, extra, shelf)
    return Measurements({each.id: done[each.id] for each in asked})


def _asked(
    step: Evaluate,
    data: Callable[[PlannedUse], Sequence[Row]],
    digest: Callable[[str], str],
    root: Path,
    items_dir: Path,
    allow_code: bool,
) -> list[Asked]:
    @cache
    def rows_of(use: PlannedUse) -> Rows:
        rows = data(use)
        return Rows(use, rows, rows_digest(rows))

    base, run = base_of(step), items_dir.parent
    plain = (
        Asked(
            each,
            tuple(rows_of(use) for use in each.uses),
            digest(each.subject),
            step.generation,
            root,
            allow_code=allow_code,
        )
        for each in step.measurements
    )
    return [with_inputs(each, digest, base, run, step.needs) for each in plain]


def _in_order(asked: Sequence[Asked]) -> list[Asked]:
    """Each measurement once: what others read before them, and the peak of memory after all that uses it."""
    inputs = {each.id: each for one in asked for each in one.inputs}
    every = {**inputs, **{each.id: each for each in asked}}
    return sorted(every.values(), key=lambda each: (bool(each.inputs), each.metric.need is Need.MEMORY))


def _by_subject(missing: Sequence[Asked]) -> Iterator[tuple[str, list[Asked]]]:
    """What is missing of each model: a model is opened once, or twice where it also judges."""
    for judged in (False, True):
        groups: dict[str, list[Asked]] = {}
        for each in missing:
            if bool(each.inputs) == judged and each.metric.need is not Need.RATINGS:
                groups.setdefault(each.opens, []).append(each)
        yield from groups.items()


def _start(missing: Sequence[Asked], subject: Subject) -> None:
    if any(each.metric.need is Need.MEMORY for each in missing):
        memory.start(subject)


def _known(shelf: Shelf, asked: Sequence[Asked], progress: Watcher) -> dict[str, Scores]:
    """What needs no model: kept scores, and metrics of kept observations."""
    done = {}
    for each in asked:
        start = perf_counter()
        scores = shelf.scores(each)
        if scores is None and shelf.taken(each) is not None:
            scores = scored(shelf, each, start)
        if scores is not None:
            done[each.id] = _kept(shelf, each, scores, progress)
    return done


def _kept(shelf: Shelf, asked: Asked, scores: Scores, progress: Watcher) -> Scores:
    shelf.keep(asked, scores)
    progress.measured(asked.id, scores.value, scores.n, scores.seconds, scores.reused)
    return scores
