"""Where progress goes while measurements are taken."""

from __future__ import annotations

from typing import Protocol


class Watcher(Protocol):
    """Told what happens; shows it or writes it down."""

    def measuring(self, what: str, done: int, total: int) -> None:
        """`done` of `total` rows of an observation are taken: `answers of tickets.test on export`."""

    def measured(self, id: str, value: float | None, n: int, seconds: float, reused: bool) -> None:
        """A measurement is complete; `value` is None where it has none."""


class Silent:
    """Says nothing."""

    def measuring(self, what: str, done: int, total: int) -> None:
        """Nothing."""

    def measured(self, id: str, value: float | None, n: int, seconds: float, reused: bool) -> None:
        """Nothing."""
