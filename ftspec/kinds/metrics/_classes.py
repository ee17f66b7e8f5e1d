"""What the classification metrics share: answers as class numbers, and counts by class.

The label set is the distinct expected answers of the data, compared after white space is stripped from both ends. An
answer outside it has the number `OUTSIDE`: it is wrong, and a false negative of the class that was expected. All
agrees with scikit-learn called with `labels = label set` and `zero_division = 0`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftspec.kinds.metrics import Answer, NotComputable
from ftspec.kinds.metrics._means import quotient
from ftspec.text.frozen import frozen

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns

OUTSIDE = -1


@frozen
class Counts:
    """Weighted counts, each of shape (draws, classes)."""

    hits: ndarray
    """Items of the class that were answered with it."""

    given: ndarray
    """Items that were answered with the class."""

    expected: ndarray
    """Items of the class."""


def label_set(answers: Sequence[Answer]) -> list[str]:
    """The distinct expected answers, sorted. Raises `NotComputable` when there are fewer than two."""
    labels = sorted({answer.expected.strip() for answer in answers})
    if not labels:
        raise NotComputable("there is no row to score")
    if len(labels) == 1:
        raise NotComputable(f"every row expects the same answer, {labels[0]!r}: a constant answer would score as well")
    return labels


def coded(answers: Sequence[Answer]) -> Columns:
    """Integer columns `expected` and `given`: places in the label set, or `OUTSIDE`."""
    import numpy as np

    place = {label: number for number, label in enumerate(label_set(answers))}
    expected = np.array([place[answer.expected.strip()] for answer in answers], dtype=np.int64)
    given = np.array([place.get(answer.given.strip(), OUTSIDE) for answer in answers], dtype=np.int64)
    return {"expected": expected, "given": given}


def coded_against(answers: Sequence[Answer], label: str) -> Columns:
    """The same columns for one class against the rest: 0 is the class, `OUTSIDE` any other answer."""
    import numpy as np

    labels = label_set(answers)
    if label not in labels:
        raise NotComputable(f"no row expects {label!r}; the data has {', '.join(map(repr, labels[:8]))}")
    sides: dict[str, list[str]] = {
        "expected": [answer.expected.strip() for answer in answers],
        "given": [answer.given.strip() for answer in answers],
    }
    return {side: np.where(np.array(texts, dtype=object) == label, 0, OUTSIDE) for side, texts in sides.items()}


def counts(columns: Columns, weights: ndarray) -> Counts:
    """Weighted counts by class for weights of shape (draws, n)."""
    expected, given = columns["expected"], columns["given"]
    classes = int(max(expected.max(), given.max())) + 1
    agreed = _by_class(expected, expected == given, classes, weights)
    return Counts(
        hits=agreed,
        given=_by_class(given, given != OUTSIDE, classes, weights),
        expected=_by_class(expected, expected != OUTSIDE, classes, weights),
    )


def _by_class(codes: Any, counted: Any, classes: int, weights: ndarray) -> Any:
    """Sums of the counted items' weights by class; a sparse product, so that many classes cost no more than few."""
    import numpy as np
    from scipy.sparse import csr_matrix

    items = np.flatnonzero(counted & (codes != OUTSIDE))
    table = csr_matrix((np.ones(len(items)), (codes[items], items)), shape=(classes, len(codes)))
    return (table @ weights.T).T


def share(part: Any, whole: Any) -> Any:
    """`part / whole`, and 0 where `whole` is 0 (scikit-learn's `zero_division = 0`)."""
    import numpy as np

    return np.divide(part, whole, out=np.zeros_like(part, dtype=float), where=whole > 0)


def averaged(scores: Any, support: Any, how: str) -> ndarray:
    """The mean over classes, of shape (draws,).

    `macro` counts each class once, `weighted` by its support. A class that a draw has no row of is left out of that
    draw, as it would be of data without it; in the data itself every class of the label set has a row.
    """
    weights = support if how == "weighted" else (support > 0).astype(float)
    total = weights.sum(axis=1)
    return quotient((scores * weights).sum(axis=1), total)
