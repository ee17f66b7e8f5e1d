"""Where an answer differs from the expected one, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_LONGEST = 3000
"""Characters of an answer that are shown and compared; comparison takes quadratic time."""

_ALIKE = 0.3
"""Below this ratio two texts have too little in common for marks on single words to help."""


class Mark(StrEnum):
    """How a stretch of an answer relates to the expected one."""

    SAME = "same"
    SURPLUS = "surplus"
    """The answer has it, the expected one has not."""

    MISSING = "missing"
    """The expected answer has it, this one has not."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring words with one mark."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """An answer beside the expected one."""

    equal: bool
    """Whether they are the same, white space at the ends aside."""

    alike: bool
    """Whether `stretches` mark single words; else the answer is one stretch."""

    stretches: tuple[Stretch, ...]
    cut: bool
    """Whether only the beginning is shown."""


def compare(expected: str, given: str) -> Compared:
    """Marks in `given` what is not in `expected`, and puts in what is missing."""
    cut = len(given) > _LONGEST
    want, have = expected.strip()[:_LONGEST], given.strip()[:_LONGEST]
    if expected.strip() == given.strip():
        return Compared(True, True, (Stretch(Mark.SAME, have),), cut)
    left, right = _WORD.findall(want), _WORD.findall(have)
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return Compared(False, False, (Stretch(Mark.SURPLUS, have),) if have else (), cut)
    return Compared(False, True, tuple(_stretches(matcher, left, right)), cut)


def _stretches(matcher: SequenceMatcher[str], want: list[str], have: list[str]) -> list[Stretch]:
    found: list[Stretch] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found.append(Stretch(Mark.SAME, "".join(have[j1:j2])))
            continue
        if j2 > j1:
            found.append(Stretch(Mark.SURPLUS, "".join(have[j1:j2])))
        if i2 > i1:
            found.append(Stretch(Mark.MISSING, "".join(want[i1:i2])))
    return found
