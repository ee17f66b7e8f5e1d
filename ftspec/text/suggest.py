"""The name an author probably meant."""

from __future__ import annotations

from collections.abc import Iterable

LONGEST = 64
"""No name of the language is longer; anything above is not a slip of the finger."""


_WORD = 4
"""Letters of a word that says something by itself."""


def similar(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate nearest to `name` by edit distance, or None where none is near.

    A swap of neighbours, a wrong, a missing or an extra letter count one each; letter case, `-` for `_` and the order
    of a name's words count nothing. One slip is allowed for every three letters; of two candidates as near, the one
    with the same letters is taken. Where none is near, the one that has the name among its words: `exact_match` for
    `exact`.
    """
    if not 1 < len(name) <= LONGEST:
        return None
    others = [each for each in candidates if each != name]
    near = [(far, each) for each in others if (far := _distance(name, each)) <= _allowed(name, each)]
    if not near:
        return _longer(name, others)
    return min(near, key=lambda found: (found[0], sorted(_plain(found[1])) != sorted(_plain(name)), found[1]))[1]


def _longer(name: str, candidates: Iterable[str]) -> str | None:
    found = [each for each in candidates if _plain(name) in _plain(each).split("_")]
    return found[0] if len(found) == 1 and len(name) >= _WORD else None


def _allowed(name: str, candidate: str) -> int:
    return min(3, max(len(name), len(candidate)) // 3)


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def _distance(name: str, candidate: str) -> int:
    left, right = _plain(name), _plain(candidate)
    if sorted(left.split("_")) == sorted(right.split("_")):
        return 0
    if abs(len(left) - len(right)) > 3:
        return LONGEST
    return damerau_levenshtein(left, right)


def damerau_levenshtein(left: str, right: str) -> int:
    """Edits between two words; the restricted form, in which no part is edited twice (Damerau 1964)."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left):
        before, last, row = row, before, [i + 1]
        for j, b in enumerate(right):
            cost = min(before[j + 1] + 1, row[j] + 1, before[j] + (a != b))
            if i and j and a == right[j - 1] and b == left[i - 1]:
                cost = min(cost, last[j - 1] + 1)
            row.append(cost)
    return row[-1]
