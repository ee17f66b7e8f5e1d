"""Rows that may be in several classes: each class is a question of its own, answered with yes or no.

Agrees with scikit-learn called with indicator matrices and `zero_division = 0`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import Answer, NotComputable
from ftspec.kinds.metrics._classes import Counts

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns

_EXPECTED, _GIVEN = "expected ", "given "


def tagged(answers: Sequence[Answer], label: str | None) -> Columns:
    """Columns `expected LABEL` and `given LABEL` of zeros and ones, for every class or for one of them."""
    import numpy as np

    expected, given = (
        [_names(text) for text in side] for side in zip(*((a.expected, a.given) for a in answers), strict=True)
    )
    labels = sorted(set().union(*expected))
    if label is not None and label not in labels:
        raise NotComputable(f"no row expects {label!r}; the data has {', '.join(map(repr, labels[:8]))}")
    if not labels:
        raise NotComputable("no row is in any class")
    columns = {}
    for name in labels if label is None else [label]:
        columns[f"{_EXPECTED}{name}"] = np.array([name in each for each in expected], dtype=np.int64)
        columns[f"{_GIVEN}{name}"] = np.array([name in each for each in given], dtype=np.int64)
    return columns


def is_tagged(columns: Columns) -> bool:
    """Whether these are columns of `tagged`."""
    return any(name.startswith(_EXPECTED) for name in columns)


def tag_matrices(columns: Columns) -> tuple[ndarray, ndarray]:
    """Expected and given, each of shape (n, classes)."""
    import numpy as np

    names = [name.removeprefix(_EXPECTED) for name in columns if name.startswith(_EXPECTED)]
    expected, given = (np.stack([columns[f"{side}{name}"] for name in names], axis=1) for side in (_EXPECTED, _GIVEN))
    return expected, given


def tag_counts(columns: Columns, weights: ndarray) -> Counts:
    """Weighted counts by class for weights of shape (draws, n)."""
    expected, given = tag_matrices(columns)
    return Counts(hits=weights @ (expected * given), given=weights @ given, expected=weights @ expected)


def _names(text: str) -> frozenset[str]:
    return frozenset(each.strip() for each in text.split(",") if each.strip())
