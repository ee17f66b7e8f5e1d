"""What people say of pairs of answers: `ratings/<rater>.jsonl` in a run's folder, a line a click.

Every line names the pair by a digest of the prompt and both answers: ratings of one model's answers never count for
another's. A later line about the same pair replaces an earlier one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

from ftspec.evaluate.results import data_name
from ftspec.plan.steps import Measurement
from ftspec.text.frozen import frozen

Choice = Literal["own", "over", "tie"]
VOTES: Mapping[str, float] = {"own": 1.0, "over": 0.0, "tie": 0.5}
"""What each choice counts for the model."""

FOLDER = "ratings"
_NAME = re.compile(r"[\w-]{1,40}")


@frozen
class Pair:
    """One prompt with the model's answer and the opponent's."""

    item: str
    prompt: str
    own: str
    over: str

    @cached_property
    def id(self) -> str:
        """A digest of all that a rater sees."""
        text = json.dumps([self.item, self.prompt, self.own, self.over])
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]

    @property
    def is_equal(self) -> bool:
        """Whether there is nothing to choose from."""
        return self.own.strip() == self.over.strip()


Said = Mapping[str, Choice]
"""By the id of the pair."""


def is_name(rater: str) -> bool:
    """Whether this can be a rater's name: letters, digits, `_` and `-`, up to 40."""
    return _NAME.fullmatch(rater) is not None


def read(run: Path) -> dict[str, Said]:
    """What every rater of a run has said. A line that a killed process left half-written is passed over."""
    return {path.stem: _said(path) for path in sorted((run / FOLDER).glob("*.jsonl"))}


def add(run: Path, rater: str, pair: Pair, choice: Choice) -> None:
    """Keep one click, on the disk before this returns."""
    folder = run / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    time = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = json.dumps({"pair": pair.id, "item": pair.item, "choice": choice, "time": time}, ensure_ascii=False)
    path = folder / f"{rater}.jsonl"
    torn = path.is_file() and path.stat().st_size and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8") as file:
        file.write(("\n" if torn else "") + line + "\n")
        file.flush()
        os.fsync(file.fileno())


def missing(said: Said, pairs: Iterable[Pair]) -> list[Pair]:
    """The pairs that a rater still has to rate."""
    return [pair for pair in pairs if not pair.is_equal and pair.id not in said]


def finished(run: Path, pairs: Sequence[Pair]) -> dict[str, list[Choice]]:
    """The raters who have rated every pair, with their choices in the order of the pairs; equal answers are ties."""
    done = {rater: said for rater, said in read(run).items() if not missing(said, pairs)}
    return {rater: [said.get(pair.id, "tie") for pair in pairs] for rater, said in done.items()}


def unfinished(run: Path, pairs: Sequence[Pair]) -> dict[str, int]:
    """How many pairs each of the other raters has left."""
    left = {rater: len(missing(said, pairs)) for rater, said in read(run).items()}
    return {rater: count for rater, count in left.items() if count}


def alpha(table: Sequence[Sequence[str | None]]) -> float | None:
    """Krippendorff's alpha for nominal data (Krippendorff 2004, "Content Analysis", 11.3).

    Args:
        table: For every rater what they said of each item; None where they said nothing.

    Returns 1 for full agreement, 0 for none beyond chance, or None where no two raters rated one item, or all said the
    same of everything.
    """
    columns = [[value for value in column if value is not None] for column in zip(*table, strict=True)]
    columns = [column for column in columns if len(column) >= 2]
    totals = Counter(value for column in columns for value in column)
    n = totals.total()
    expected = n * n - sum(count * count for count in totals.values())
    if not expected:
        return None
    apart = sum(
        (len(column) ** 2 - sum(count**2 for count in Counter(column).values())) / (len(column) - 1)
        for column in columns
    )
    return 1 - (n - 1) * apart / expected


def answers_id(measurement: Measurement, subject: str, name: str = "answers") -> str:
    """The id under which the answers of a model to a measurement's rows are kept."""
    return f"{name}({data_name(measurement.uses)}) @ {subject}"


def _said(path: Path) -> Said:
    found: dict[str, Choice] = {}
    for line in path.read_text("utf-8", "replace").splitlines():
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict) and record.get("choice") in VOTES and isinstance(record.get("pair"), str):
            found[record["pair"]] = record["choice"]
    return found
