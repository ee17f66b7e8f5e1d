"""The items folder: a file of scored items for each measurement, and an index that says what they belong to.

`items/<slug>.jsonl` has a line for every item: what was observed and, under `scores`, its row of the metric's columns.
`items/index.json` binds each file to the digest of its measurement and to its own SHA-256. Nothing is read from a file
whose bytes are not those the index names.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.evaluate.results import Scores
from ftspec.kinds.metrics import (
    Answer,
    Benched,
    Choice,
    Continuation,
    Duel,
    Need,
    Observation,
    Peak,
    Preference,
    Rated,
    Reward,
    Size,
    Swapped,
    Timing,
    TokenLoss,
)
from ftspec.plan.steps import Measurement
from ftspec.spec.types import Frozen
from ftspec.text.files import write_atomic

if TYPE_CHECKING:
    from ftspec.kinds.metrics import Columns

INDEX = "index.json"

_SHAPES: Mapping[Need, type[Any]] = {
    Need.ANSWERS: Answer,
    Need.TOKEN_LOSSES: TokenLoss,
    Need.CONTINUATIONS: Continuation,
    Need.TIMINGS: Timing,
    Need.BATCH_TIMINGS: Timing,
    Need.CHOICES: Choice,
    Need.PREFERENCES: Preference,
    Need.REWARDS: Reward,
    Need.DUELS: Duel,
    Need.MEMORY: Peak,
    Need.SIZE: Size,
    Need.BENCHMARK: Benched,
    Need.RATINGS: Rated,
    Need.SWAPS: Swapped,
}


class Entry(Frozen):
    """What the index knows of one measurement."""

    file: str
    sha256: str
    digest: str
    """Over the metric, the rows, the subject and the settings: equal digests, equal scores."""

    observation: str
    """The same without the metric: equal digests, equal observations."""

    n: int
    value: float | None
    reason: str | None
    seconds: float
    waits: bool = False
    """Whether the value is missing only because people have not said enough yet."""


@dataclass(frozen=True)
class Taken:
    """Observations of one measurement's data, with the part each is from."""

    observations: tuple[Observation, ...]
    parts: tuple[int, ...]


def slug(id: str) -> str:
    """A file name for a measurement's id: readable, and never shared with another id."""
    readable = re.sub(r"[^A-Za-z0-9._@=-]+", "-", id).strip("-")[:80]
    return f"{readable}-{hashlib.sha256(id.encode()).hexdigest()[:8]}"


def read_index(folder: Path) -> dict[str, Entry]:
    """The entries by measurement id; empty where there is no index or it is not one."""
    path = folder / INDEX
    if not path.is_file():
        return {}
    try:
        return {id: Entry.model_validate(entry) for id, entry in json.loads(path.read_bytes()).items()}
    except (ValueError, AttributeError):
        # A broken index costs a new measurement, never a wrong score: pydantic's errors are ValueErrors.
        return {}


def write_index(folder: Path, entries: Mapping[str, Entry]) -> None:
    """Replace the index."""
    from ftspec.plan.canonical import dumps

    write_atomic(folder / INDEX, dumps({id: entry.model_dump(mode="json") for id, entry in entries.items()}))


def write(folder: Path, scores: Scores, taken: Taken, digest: str, observation: str) -> Entry:
    """Write a measurement's items and give its entry."""
    lines = [json.dumps(line, sort_keys=True, ensure_ascii=False) for line in _lines(scores, taken)]
    data = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
    name = f"{slug(scores.measurement.id)}.jsonl"
    write_atomic(folder / name, data)
    return Entry(
        file=name,
        sha256=hashlib.sha256(data).hexdigest(),
        digest=digest,
        observation=observation,
        n=scores.n,
        value=scores.value,
        reason=scores.reason,
        seconds=round(scores.seconds, 3),
        waits=scores.waits,
    )


def read(folder: Path, entry: Entry) -> list[dict[str, Any]] | None:
    """The lines of an entry's file, or None when its bytes are not those that were written."""
    path = folder / entry.file
    if not path.is_file() or path.parent != folder:
        return None
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != entry.sha256:
        return None
    return [json.loads(line) for line in data.decode("utf-8", "surrogatepass").split("\n") if line]


def scores_of(measurement: Measurement, entry: Entry, lines: Sequence[Mapping[str, Any]]) -> Scores:
    """The scores that a file holds."""
    import numpy as np

    names = lines[0]["scores"] if lines else {}
    return Scores(
        measurement=measurement,
        items=tuple(line["item"] for line in lines),
        groups=tuple(line["group"] for line in lines),
        parts=tuple(line["part"] for line in lines),
        columns={name: np.array([line["scores"][name] for line in lines]) for name in names},
        value=entry.value,
        reason=entry.reason,
        seconds=entry.seconds,
        reused=True,
        waits=entry.waits,
    )


def taken_of(need: Need, lines: Sequence[Mapping[str, Any]]) -> Taken:
    """The observations that a file holds."""
    shape = _SHAPES[need]
    return Taken(tuple(_observation(shape, line) for line in lines), tuple(line["part"] for line in lines))


def _observation(shape: type[Any], line: Mapping[str, Any]) -> Observation:
    fields = {key: value for key, value in line.items() if key not in ("part", "scores")}
    observation: Observation = shape(**{k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()})
    return observation


def _lines(scores: Scores, taken: Taken) -> list[dict[str, Any]]:
    rows = _rows(scores.columns, len(taken.observations))
    zipped = zip(taken.observations, taken.parts, rows, strict=True)
    return [{**asdict(observation), "part": part, "scores": row} for observation, part, row in zipped]


def _rows(columns: Columns, n: int) -> list[dict[str, float]]:
    """Columns as one mapping an item; none where the metric has no value."""
    lists = {name: column.tolist() for name, column in columns.items()}
    return [{name: values[place] for name, values in lists.items()} for place in range(n)]
