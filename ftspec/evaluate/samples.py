"""Rows to look at: prompt, expected answer, the answer before training and the one after."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from ftspec.evaluate.asked import Asked, Rows
from ftspec.evaluate.extra import answers
from ftspec.evaluate.identity import rows_digest
from ftspec.evaluate.items import Taken
from ftspec.evaluate.results import data_name
from ftspec.evaluate.shelf import Shelf
from ftspec.kinds.metrics import Answer, Need
from ftspec.plan.steps import Evaluate
from ftspec.text.files import write_atomic

SHIPPED = "export"
"""The subject of answers after training."""

_BASE = "model."
"""What the ids of untrained models begin with."""


def sampled(step: Evaluate, asked: Sequence[Asked], digest: Callable[[str], str]) -> list[Asked]:
    """What must be answered beside the measurements so that samples show before and after; at most one thing."""
    after, before = _after(asked), _before(asked)
    base = base_of(step)
    if after is None or before is not None or base is None or not step.samples:
        return []
    fewer = [_chosen(part, step.samples) for part in after.parts]
    return [answers(after, base, digest(base), fewer, name="samples")]


def write_samples(step: Evaluate, asked: Sequence[Asked], extra: Sequence[Asked], shelf: Shelf) -> None:
    """Write `samples.jsonl` beside the items folder; empty when no measurement reads answers."""
    lines: list[str] = []
    after, before = _after(asked), next(iter(extra), None) or _before(asked)
    if after is not None:
        written = {item: answer.given for item, answer in _answers(shelf, before).items()} if before else {}
        data = data_name(after.measurement.uses)
        chosen = [row.item for part in after.parts for row in _chosen(part, step.samples).rows]
        given = _answers(shelf, after)
        lines = [_line(given[item], data, written.get(item)) for item in chosen if item in given]
    write_atomic(shelf.folder.parent / "samples.jsonl", "".join(f"{line}\n" for line in lines))


def _line(answer: Answer, data: str, before: str | None) -> str:
    sample = {
        "item": answer.item,
        "data": data,
        "prompt": answer.prompt,
        "expected": answer.expected,
        "before": before,
        "after": answer.given,
    }
    return json.dumps(sample, sort_keys=True, ensure_ascii=False)


def _chosen(part: Rows, count: int) -> Rows:
    """The first rows by the hash of their content: the same ones in every run."""
    rows = sorted(part.rows, key=lambda row: row.item)[:count]
    return Rows(part.use, rows, rows_digest(rows))


def _answers(shelf: Shelf, asked: Asked) -> Mapping[str, Answer]:
    taken = shelf.taken(asked) or Taken((), ())
    return {each.item: each for each in taken.observations if isinstance(each, Answer)}


def _after(asked: Sequence[Asked]) -> Asked | None:
    """The first measurement that reads answers of the model that ships."""
    return next((each for each in asked if _reads_answers(each) and each.measurement.subject == SHIPPED), None)


def _before(asked: Sequence[Asked]) -> Asked | None:
    """A measurement that reads answers of the untrained model on the same rows."""
    after = _after(asked)
    return next(
        (
            each
            for each in asked
            if after is not None
            and _reads_answers(each)
            and each.measurement.subject.startswith(_BASE)
            and each.measurement.uses == after.measurement.uses
        ),
        None,
    )


def _reads_answers(asked: Asked) -> bool:
    return asked.metric.need is Need.ANSWERS


def base_of(step: Evaluate) -> str | None:
    """The untrained model: one that is measured, or that the step needs."""
    ids = [*(each.subject for each in step.measurements), *step.needs]
    return next((id for id in ids if id.startswith(_BASE)), None)
