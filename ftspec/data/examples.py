"""Few-shot examples: rows of the training part that a template shows before the question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from ftspec.data.row import Row, content_of


class Drawn:
    """`examples(k)` for each row: k rows of the training part, the same ones every time, never the row itself."""

    def __init__(self, train: Sequence[Row], clusters: Mapping[str, str], seed: int) -> None:
        """`clusters` names, for rows that are like others, the first of them: those are not shown either."""
        self._rows = sorted(train, key=lambda row: row.item)
        self._clusters = clusters
        self._seed = seed

    def __call__(self, item: str) -> Callable[[int], list[Mapping[str, Any]]]:
        """What the row of this item may ask for."""

        def examples(count: int) -> list[Mapping[str, Any]]:
            return [row.fields for row in self._near(item, count)]

        return examples

    def _near(self, item: str, count: int) -> list[Row]:
        """Rows from a place in the order that depends on the item alone."""
        total = len(self._rows)
        start = int.from_bytes(sha256(f"{self._seed}:{content_of(item)}".encode()).digest()[:6]) % max(total, 1)
        own = self._clusters.get(item, content_of(item))
        found: list[Row] = []
        for step in range(total):
            row = self._rows[(start + step) % total]
            if len(found) == count:
                break
            if self._clusters.get(row.item, content_of(row.item)) != own:
                found.append(row)
        return found
