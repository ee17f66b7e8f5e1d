"""Whether new data is like the data that a model was scored on, and whether it still scores as it did.

Three distances between two sets of texts, each with a permutation test: how often a random split of all texts into sets
of these sizes is at least as far apart. The p-value counts the split at hand among them (Phipson and Smyth 2010).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ftspec.evaluate.results import Scores
from ftspec.spec.types import Frozen

if TYPE_CHECKING:
    from numpy import ndarray

LEVEL = 0.01
"""The p-value below which a distance counts: three are looked at, and a nightly job looks 365 times a year."""

PERMUTATIONS = 999
_COMPONENTS = 50
_MOST = 2000
"""Texts of each side in the distance of meanings, whose cost is the square of their number."""


class Distance(Frozen):
    """One distance between old and new texts."""

    name: str
    value: float
    p: float
    """How likely a distance as large is between texts of one kind."""

    unit: str


class ScoreDrift(Frozen):
    """A value on new data against the value on old data."""

    measurement: str = ""
    """The measurement's id."""

    old: float
    new: float
    interval: tuple[float, float]
    """The 99 % interval of new − old; the items are others, so nothing is paired."""

    has_moved: bool
    """Whether it leaves out zero."""


def input_drift(old: Sequence[str], new: Sequence[str], seed: int = 0) -> list[Distance]:
    """Length, vocabulary and meaning of two sets of texts.

    Meaning is the energy distance (Székely and Rizzo 2004) of texts as vectors of character n-grams, weighted by rarity
    and reduced to 50 dimensions.

    Raises:
        ValueError: one of the sets has fewer than two texts.
    """
    import numpy as np

    if min(len(old), len(new)) < 2:
        raise ValueError("drift needs two texts on each side")
    generator = np.random.default_rng(seed)
    lengths = np.array([len(text.split()) for text in (*old, *new)], dtype=float)
    words = _word_counts([*old, *new])
    return [
        _tested("length", lambda first: _mean_shift(lengths, first), len(old), len(lengths), generator, "words"),
        _tested("vocabulary", lambda first: _word_distance(words, first), len(old), len(lengths), generator, ""),
        _meaning(old, new, generator),
    ]


def score_drift(old: Scores, new: Scores, draws: int = 2000, seed: int = 0) -> ScoreDrift | None:
    """One measurement on old and on new data; None where one of them has no value."""
    from dataclasses import replace

    from ftspec.evaluate.contrast import Contrast
    from ftspec.evaluate.spread import Spread

    if old.value is None or new.value is None:
        return None
    renamed = {
        id: replace(each, measurement=each.measurement.model_copy(update={"id": id}), items=_apart(each, id))
        for id, each in (("old", old), ("new", new))
    }
    spread = Spread(Contrast("difference", ">=", 0.0, "new", "old"), renamed, draws, seed)
    interval = spread.interval(1 - LEVEL)
    if interval is None:
        return None
    moved = not interval[0] <= 0 <= interval[1]
    return ScoreDrift(old=old.value, new=new.value, interval=interval, has_moved=moved)


def _apart(scores: Scores, side: str) -> tuple[str, ...]:
    """Names that the other side does not have: two independent samples, even where a row is in both."""
    return tuple(f"{side} {item}" for item in scores.items)


def _tested(
    name: str, distance: Callable[[ndarray], float], count: int, total: int, generator: Any, unit: str
) -> Distance:
    import numpy as np

    first = np.arange(total) < count
    value = distance(first)
    as_far = sum(distance(generator.permutation(first)) >= value - 1e-12 for _ in range(PERMUTATIONS))
    return Distance(name=name, value=value, p=(as_far + 1) / (PERMUTATIONS + 1), unit=unit)


def _mean_shift(lengths: ndarray, first: ndarray) -> float:
    import numpy as np

    return float(abs(np.mean(lengths[first]) - np.mean(lengths[~first])))


def _word_counts(texts: Sequence[str]) -> Any:
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(analyzer=_words, max_features=20_000).fit_transform(texts)


def _words(text: str) -> list[str]:
    """The words of a text; what has none, such as `?!`, is a word of its own."""
    return re.findall(r"\w+", text.lower()) or [text.strip()]


def _word_distance(words: Any, first: ndarray) -> float:
    """Jensen–Shannon distance of word frequencies, base 2: 0 for the same words, 1 for none in common."""
    import numpy as np
    from scipy.spatial.distance import jensenshannon

    counts = [np.asarray(words[side].sum(axis=0)).ravel() for side in (first, ~first)]
    if min(each.sum() for each in counts) == 0:
        return 1.0
    return float(jensenshannon(counts[0], counts[1], base=2))


def _meaning(old: Sequence[str], new: Sequence[str], generator: Any) -> Distance:
    chosen = [[texts[place] for place in _some(len(texts), generator)] for texts in (old, new)]
    vectors = _vectors([*chosen[0], *chosen[1]])
    apart = _distances(vectors)
    count, total = len(chosen[0]), len(vectors)
    return _tested("meaning", lambda first: _energy(apart, first), count, total, generator, "")


def _some(count: int, generator: Any) -> Any:
    return range(count) if count <= _MOST else generator.choice(count, _MOST, replace=False)


def _vectors(texts: Sequence[str]) -> ndarray:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    # An empty text has no n-grams, and nothing but empty texts no vocabulary.
    said = [text.strip() or "∅∅∅" for text in texts]
    counts = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), max_features=20_000).fit_transform(said)
    components = min(_COMPONENTS, counts.shape[1] - 1, len(texts) - 1)
    if components < 2:
        dense: ndarray = normalize(counts).toarray()
        return dense
    reduced: ndarray = normalize(TruncatedSVD(components, random_state=0).fit_transform(counts))
    return reduced


def _distances(vectors: ndarray) -> ndarray:
    from scipy.spatial.distance import cdist

    found: ndarray = cdist(vectors, vectors)
    return found


def _energy(apart: ndarray, first: ndarray) -> float:
    """2 E|X−Y| − E|X−X′| − E|Y−Y′|."""
    x, y = first / first.sum(), ~first / (~first).sum()
    difference = x - y
    return float(-(difference @ apart @ difference))
