"""Near duplicates: rows whose sets of three-word sequences overlap.

MinHash (Broder, "On the resemblance and containment of documents", 1997) with the package `rensa` finds rows that
may be alike, banded so that pairs at the threshold meet with a probability of at least 99 %; each pair is then
checked on the sets themselves. Cost grows with the rows, not with their pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from ftspec.data.row import Row

_PERMUTATIONS = 128
_SEED = 42
_CHUNK = 1000
_CANDIDATES = 64
"""Earlier rows that one row is compared with: bounds the cost where thousands are alike without being copies."""

_LABEL = 40
"""Characters of the longest answer that counts as a label."""

CLUSTER_AT = 0.8
"""The similarity from which rows stay in one part of a split."""

# Scripts without spaces between words count by character.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|\w+")


def without_near_duplicates(rows: Sequence[Row], similarity: float) -> set[str]:
    """The items to keep: each row that is not like an earlier kept one."""
    texts = [row.content for row in rows]
    index = _Index(similarity)
    kept: set[str] = set()
    for number, bands in enumerate(_bands(texts, index.width)):
        near = (other for other in index.near(bands) if _may_answer_alike(rows[number], rows[other]))
        if any(jaccard(texts[number], texts[other]) >= similarity for other in near):
            continue
        index.add(number, bands)
        kept.add(rows[number].item)
    return kept


def _may_answer_alike(one: Row, other: Row) -> bool:
    """Whether two answers can be copies: short ones, such as labels, only when they are the same.

    Near-identical questions with different labels contradict each other; dropping one would hide that.
    """
    short = max(len(one.answer), len(other.answer)) <= _LABEL
    return not short or one.answer == other.answer


def clusters(rows: Sequence[Row], similarity: float = CLUSTER_AT) -> dict[str, str]:
    """For each row that is like another one: the smallest item among all that hang together with it."""
    root = list(range(len(rows)))
    for earlier, later in alike([row.content for row in rows], similarity):
        a, b = _find(root, later), _find(root, earlier)
        root[max(a, b)] = min(a, b)
    members: dict[int, list[str]] = {}
    for number, row in enumerate(rows):
        members.setdefault(_find(root, number), []).append(row.item)
    return {item: min(items) for items in members.values() if len(items) > 1 for item in items}


def alike(texts: Sequence[str], similarity: float) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) of texts that are alike."""
    index = _Index(similarity)
    for number, bands in enumerate(_bands(texts, index.width)):
        for other in index.near(bands):
            if jaccard(texts[number], texts[other]) >= similarity:
                yield other, number
        index.add(number, bands)


def near_pairs(left: Sequence[str], right: Sequence[str], similarity: float) -> Iterator[tuple[int, int, float]]:
    """Pairs (index in left, index in right, similarity) of texts that are alike."""
    index = _Index(similarity)
    for number, bands in enumerate(_bands(left, index.width)):
        index.add(number, bands)
    for number, bands in enumerate(_bands(right, index.width)):
        for other in index.near(bands):
            found = jaccard(left[other], right[number])
            if found >= similarity:
                yield other, number, found


@lru_cache(maxsize=4096)
def _shingle_set(text: str) -> frozenset[str]:
    return frozenset(shingles(text))


def shingles(text: str, size: int = 3) -> list[str]:
    """The sequences of `size` words, lower-cased; one sequence for a shorter text."""
    found = words(text)
    return [" ".join(found[i : i + size]) for i in range(max(1, len(found) - size + 1))]


def words(text: str, lower: bool = True) -> list[str]:
    """The words of a text; each character where a script has no spaces."""
    return _WORD.findall(text.lower() if lower else text)


def jaccard(one: str, other: str) -> float:
    """The share of word sequences that two texts have in common."""
    a, b = _shingle_set(one), _shingle_set(other)
    return len(a & b) / len(a | b)


def _find(root: list[int], number: int) -> int:
    while root[number] != number:
        root[number] = root[root[number]]
        number = root[number]
    return number


class _Index:
    """Rows by the bands of their signatures.

    Nearly all bands belong to one row: a number alone, for which the cycle collector need not look.
    """

    def __init__(self, similarity: float) -> None:
        self.width = _band_width(similarity)
        self._first: list[dict[int, int]] = [{} for _ in range(_PERMUTATIONS // self.width)]
        self._more: dict[tuple[int, int], list[int]] = {}

    def near(self, bands: Sequence[int]) -> Iterable[int]:
        """Earlier rows that share a band, at most `_CANDIDATES`."""
        found: dict[int, None] = {}
        for place, (band, first) in enumerate(zip(bands, self._first, strict=True)):
            if band not in first:
                continue
            for number in (first[band], *self._more.get((place, band), ())):
                found[number] = None
                if len(found) >= _CANDIDATES:
                    return found
        return found

    def add(self, number: int, bands: Sequence[int]) -> None:
        """Remember a row."""
        for place, (band, first) in enumerate(zip(bands, self._first, strict=True)):
            if first.setdefault(band, number) != number:
                more = self._more.setdefault((place, band), [])
                if len(more) < _CANDIDATES - 1:
                    more.append(number)


def _band_width(similarity: float) -> int:
    """The widest band for which a pair at the threshold shares at least one of them with probability 0.99."""
    for width in range(_PERMUTATIONS // 2, 1, -1):
        bands = _PERMUTATIONS // width
        if 1 - (1 - similarity**width) ** bands >= 0.99:
            return width
    return 1


def _bands(texts: Sequence[str], width: int) -> Iterator[list[int]]:
    """The bands of each text's signature, as numbers."""
    from rensa import RMinHash

    for start in range(0, len(texts), _CHUNK):
        sets = [shingles(text) for text in texts[start : start + _CHUNK]]
        for digest in RMinHash.digests_from_token_sets(sets, num_perm=_PERMUTATIONS, seed=_SEED):
            yield [hash(tuple(digest[i : i + width])) for i in range(0, _PERMUTATIONS - width + 1, width)]
