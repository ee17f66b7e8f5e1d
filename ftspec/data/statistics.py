"""Statistics of one part of a data set: lengths, labels, vocabulary, diversity, representation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import combinations, pairwise
from statistics import fmean
from typing import TYPE_CHECKING, Any

from ftspec.data.duplicates import words
from ftspec.data.encoding import by_row, sound
from ftspec.data.row import Row, texts

if TYPE_CHECKING:
    from ftspec.model.tokenizer import Tokenizer

MOST_VALUES = 20
"""A field with more distinct values than this is no group."""

_SAMPLE = 200
"""Rows that are compared with each other for self-similarity."""

_SPLIT = 4
"""Tokens from which a term counts as heavily split."""

_TERMS = 20


@dataclass(frozen=True, slots=True)
class Lengths:
    """Token counts of one kind over all rows."""

    smallest: int
    median: int
    ninety_percent: int
    largest: int
    mean: float


@dataclass(frozen=True, slots=True)
class Term:
    """A word that the tokenizer cuts into many pieces."""

    word: str
    count: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How the tokenizer's vocabulary covers the words of the data."""

    words: int
    distinct: int
    tokens_per_word: float
    unknown: int
    """Tokens that stand for what the vocabulary does not have."""

    split: tuple[Term, ...]
    """Words of four pieces or more that occur more than once, those that cost most tokens first."""


@dataclass(frozen=True, slots=True)
class Diversity:
    """How much rows differ."""

    distinct_1: float
    distinct_2: float
    """Distinct words, and pairs of words, among all (Li et al., "A Diversity-Promoting Objective Function", 2016)."""

    self_similarity: float
    """The mean Jaccard similarity of the words of two rows, over at most 200 rows."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """All of it."""

    data: str
    split: str
    model: str
    rows: int
    lengths: Mapping[str, Lengths]
    """By `row`, `prompt` and `answer`; of bare text by `row` alone."""

    labels: Mapping[str, int]
    """Rows by answer, where there are at most twenty different ones."""

    vocabulary: Vocabulary
    diversity: Diversity
    groups: Mapping[str, Mapping[str, int]]
    """Rows by the value of each field that has at most twenty, the answer's own aside."""

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def statistics(
    rows: Sequence[Row], tokenizer: Tokenizer, *, data: str = "", split: str = "all", model: str = ""
) -> Statistics:
    """Statistics of some rows. Raises CannotRun for a row that cannot be encoded."""
    answers = Counter(row.answer for row in rows if row.answer)
    return Statistics(
        data=data,
        split=split,
        model=model,
        rows=len(rows),
        lengths=_lengths(rows, tokenizer),
        labels=dict(answers.most_common()) if len(answers) <= MOST_VALUES else {},
        vocabulary=_vocabulary(rows, tokenizer),
        diversity=diversity([row.content for row in rows]),
        groups=_groups(rows),
    )


def _lengths(rows: Sequence[Row], tokenizer: Tokenizer) -> dict[str, Lengths]:
    whole, prompts, answers = [], [], []
    for _, sequences in by_row(rows, tokenizer):
        for each in map(sound, sequences):
            whole.append(len(each.ids))
            if each.spans:
                prompts.append(each.spans[-1][0])
                answers.append(each.spans[-1][1] - each.spans[-1][0])
    named = {"row": whole}
    if any(turn.role != "text" for row in rows for turn in row.turns):
        named |= {"prompt": prompts, "answer": answers}
    return {name: _summed(sizes) for name, sizes in named.items() if sizes}


def _summed(sizes: Sequence[int]) -> Lengths:
    ordered = sorted(sizes)
    at = [ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))] for share in (0, 0.5, 0.9, 1)]
    return Lengths(at[0], at[1], at[2], at[3], round(fmean(ordered), 2))


def _vocabulary(rows: Sequence[Row], tokenizer: Tokenizer) -> Vocabulary:
    counts = Counter(word for row in rows for word in words(row.content, lower=False))
    terms = sorted(counts)
    # A word inside a text has a space before it, which belongs to its first piece.
    ids = [each.ids for each in tokenizer.encode_batch([f" {term}" for term in terms])]
    sizes = {term: len(each) for term, each in zip(terms, ids, strict=True)}
    unknown = tokenizer.unknown_id
    total = sum(counts.values())
    split = [
        Term(term, counts[term], sizes[term])
        for term in terms
        if sizes[term] >= _SPLIT and counts[term] > 1 and not term.isdigit()
    ]
    split.sort(key=lambda term: (-term.count * (term.tokens - 1), term.word))
    return Vocabulary(
        words=total,
        distinct=len(terms),
        tokens_per_word=round(sum(counts[term] * sizes[term] for term in terms) / max(total, 1), 3),
        unknown=sum(counts[term] * each.count(unknown) for term, each in zip(terms, ids, strict=True))
        if unknown is not None
        else 0,
        split=tuple(split[:_TERMS]),
    )


def diversity(contents: Sequence[str]) -> Diversity:
    """How much some texts differ, in themselves and from each other."""
    single: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text in contents:
        found = words(text)
        single.update(found)
        pairs.update(pairwise(found))
    sample = sorted(contents, key=lambda text: sha256(text.encode("utf-8", "surrogatepass")).digest())[:_SAMPLE]
    sets = [frozenset(words(text)) for text in sample]
    alike = [len(a & b) / max(1, len(a | b)) for a, b in combinations(sets, 2)]
    return Diversity(
        distinct_1=round(len(single) / max(1, single.total()), 4),
        distinct_2=round(len(pairs) / max(1, pairs.total()), 4),
        self_similarity=round(fmean(alike), 4) if alike else 0.0,
    )


def _groups(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    """Rows by value, for every field of few values that is not the answer."""
    found: dict[str, dict[str, int]] = {}
    for name in sorted({name for row in rows for name in row.fields}):
        values = [row.fields.get(name) for row in rows]
        if any(isinstance(value, dict | list) for value in values) or all(
            str(value) == row.answer for value, row in zip(values, rows, strict=True)
        ):
            continue
        counts = Counter("(none)" if value is None else next(iter(texts(value)), str(value)) for value in values)
        if 1 < len(counts) <= min(MOST_VALUES, max(2, len(rows) // 2)):
            found[name] = dict(counts.most_common())
    return found
