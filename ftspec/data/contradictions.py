"""Rows that ask nearly the same and are answered by different labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ftspec.data import codes
from ftspec.data.note import Note
from ftspec.kinds.verdicts import verdict

if TYPE_CHECKING:
    from ftspec.data.prepared import Prepared
    from ftspec.data.row import Row

_LABEL = 80
"""Characters of the longest answer that counts as a label."""

_ALIKE = 0.95
"""The similarity from which two questions are nearly the same."""

_BOILERPLATE = 0.1
"""The share of rows from which a line that they have in common is an instruction, and no question."""


def contradictory_labels(name: str, prepared: Prepared) -> list[Note]:
    """The advice on a data set."""
    rows = [row for part in prepared.parts.values() for row in part]
    if prepared.format == "preference":
        return []
    pairs = _by_verdict(rows) if prepared.format == "unpaired" else contradictions(rows) if labels_of(prepared) else []
    if not pairs:
        return []
    shown = "; ".join(f"{a.place} says `{said}`, {b.place} `{other}`" for (a, said), (b, other) in pairs[:3])
    more = f"; and {len(pairs) - 3} more" if len(pairs) > 3 else ""
    count = "1 row contradicts another" if len(pairs) == 1 else f"{len(pairs)} rows contradict others"
    help = "decide for one of the answers, or drop both rows"
    return [Note(codes.CONTRADICTORY_LABELS, f"{count} of `{name}`: {shown}{more}", help, f"data.{name}.source")]


def labels_of(prepared: Prepared) -> dict[str, set[str]]:
    """The answers of each part, if they are labels: short, and each given five times on average."""
    counts = {part: prepared.labels(part) or {} for part, rows in prepared.parts.items() if rows}
    every = set().union(*counts.values())
    rows = sum(len(prepared.parts[part]) for part in counts)
    are_labels = all(counts.values()) and len(every) <= rows / 5 and all(len(each) <= _LABEL for each in every)
    return {part: set(counts[part]) for part in counts} if are_labels else {}


Said = tuple["Row", str]
"""A row with what it says."""


def contradictions(rows: Sequence[Row]) -> list[tuple[Said, Said]]:
    """Pairs of rows with nearly the same question and different answers, each later row once."""
    return _contradicting(rows, _questions(rows), [row.answer for row in rows])


def _by_verdict(rows: Sequence[Row]) -> list[tuple[Said, Said]]:
    """The same answer to nearly the same question, judged good and bad; one prompt may well have one of each."""
    verdicts = [str(verdict(row.fields.get("label"))).lower() for row in rows]
    return _contradicting(rows, _questions(rows), verdicts, lambda one, other: one.answer == other.answer)


def _contradicting(
    rows: Sequence[Row],
    asked: Sequence[str],
    answers: Sequence[str],
    comparable: Callable[[Row, Row], bool] = lambda one, other: True,
) -> list[tuple[Said, Said]]:
    from ftspec.data.duplicates import alike

    found: dict[int, tuple[Said, Said]] = {}
    for earlier, later in alike(asked, _ALIKE):
        differ = answers[earlier] != answers[later] and comparable(rows[earlier], rows[later])
        # Texts without a word, such as `?` and `???`, are alike in having none.
        if differ and any(char.isalnum() for char in asked[earlier]):
            found.setdefault(later, ((rows[earlier], answers[earlier]), (rows[later], answers[later])))
    return list(found.values())


def _questions(rows: Sequence[Row]) -> list[str]:
    """What each row asks, without the instructions that many rows share: these would make all of them alike."""
    asked = [row.question for row in rows]
    start = _shared(min(asked), max(asked)) if len(set(asked)) > 1 else 0
    asked = [text[start:] for text in asked]
    seen = Counter(line for text in asked for line in set(text.split("\n")))
    common = {line for line, count in seen.items() if count > max(2, _BOILERPLATE * len(rows))}
    if not common:
        return asked
    own = ["\n".join(line for line in text.split("\n") if line not in common) for text in asked]
    return [short if short.strip() else text for short, text in zip(own, asked, strict=True)]


def _shared(first: str, last: str) -> int:
    """How many characters all texts between these two, in alphabetical order, begin with: whole words of them."""
    same = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return max(first.rfind(" ", 0, same), first.rfind("\n", 0, same)) + 1
