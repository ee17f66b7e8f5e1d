"""What two parts share: rows that are the same, nearly the same, or hold the same long passages.

Passages are runs of thirteen words (Brown et al., "Language Models are Few-Shot Learners", 2020, appendix C). A row
counts as leaked when a quarter of its passages stand in training rows, and is mentioned when fewer do; passages
that a tenth of the rows share are boilerplate and count for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ftspec.data.duplicates import near_pairs, shingles
from ftspec.data.row import Row

NEAR = 0.9
PASSAGE = 13
LEAKED = 0.25
"""The share of a row's passages from which it counts as leaked."""

_BOILERPLATE = 0.1

_QUESTION = 3
"""The words from which a question is one of its own."""


@dataclass(frozen=True, slots=True)
class Leak:
    """One row that a gate reads, beside the training row that gives it away."""

    how: str
    """`exact`, `near`, `passage`, `part` where a few of its passages are known, `question` where what it asks is."""

    row: str
    seen: str
    """The places of the two rows."""

    item: str
    """What names the evaluated row."""


def find_leaks(train: Sequence[Row], evaluated: Sequence[Row]) -> list[Leak]:
    """Every evaluated row that training gives away, by its strongest evidence."""
    found: dict[str, Leak] = {}
    looks = (_exact, _near, _passages, _questions)
    for leak in (leak for look in looks for leak in look(train, evaluated)):
        found.setdefault(leak.item, leak)
    return list(found.values())


def _exact(train: Sequence[Row], evaluated: Sequence[Row]) -> Iterator[Leak]:
    known = {" ".join(row.content.lower().split()): row for row in reversed(train)}
    for row in evaluated:
        seen = known.get(" ".join(row.content.lower().split()))
        if seen is not None:
            yield Leak("exact", row.place, seen.place, row.item)


def _near(train: Sequence[Row], evaluated: Sequence[Row]) -> Iterator[Leak]:
    pairs = near_pairs([row.content for row in train], [row.content for row in evaluated], NEAR)
    for left, right, _ in pairs:
        yield Leak("near", evaluated[right].place, train[left].place, evaluated[right].item)


def _questions(train: Sequence[Row], evaluated: Sequence[Row]) -> Iterator[Leak]:
    """Rows that ask what training rows ask, whatever the answer; what many training rows ask is an instruction."""
    asked = [" ".join(row.question.lower().split()) for row in train]
    counts = Counter(asked)
    known = dict(zip(reversed(asked), reversed(train), strict=True))
    for row in evaluated:
        text = " ".join(row.question.lower().split())
        if text in known and 0 < counts[text] <= max(2, _BOILERPLATE * len(train)) and text.count(" ") >= _QUESTION - 1:
            yield Leak("question", row.place, known[text].place, row.item)


def _passages(train: Sequence[Row], evaluated: Sequence[Row]) -> Iterator[Leak]:
    own = [_runs(row) for row in evaluated]
    wanted = Counter(run for runs in own for run in set(runs))
    where: dict[str, Row] = {}
    seen: Counter[str] = Counter()
    for row in train:
        for run in set(_runs(row)):
            if run in wanted:
                where.setdefault(run, row)
                seen[run] += 1
    common = {
        run
        for run in seen
        if seen[run] > max(2, _BOILERPLATE * len(train)) or wanted[run] > max(2, _BOILERPLATE * len(evaluated))
    }
    for row, runs in zip(evaluated, own, strict=True):
        told = _telling(runs, common)
        shared = [run for run in told if run in seen]
        if shared:
            how = "passage" if len(shared) >= LEAKED * len(told) else "part"
            yield Leak(how, row.place, where[shared[0]].place, row.item)


def _telling(runs: Sequence[str], common: set[str]) -> list[str]:
    """The runs that hold no word of a boilerplate run: next to it, one equal word would make thirteen."""
    held = [place for place, run in enumerate(runs) if run in common]
    near = {near for place in held for near in range(place - PASSAGE + 1, place + PASSAGE)}
    return [run for place, run in enumerate(runs) if place not in near]


def _runs(row: Row) -> list[str]:
    found = shingles(row.content, PASSAGE)
    return found if len(found) > 1 or found[0].count(" ") == PASSAGE - 1 else []
