"""One measured figure beside what it is held against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A figure: what was measured, its value, and the bound that it should keep."""

    what: str
    value: float
    bound: float
    at_most: bool
    unit: str = "×"

    @property
    def holds(self) -> bool:
        """Whether the value keeps the bound."""
        return self.value <= self.bound if self.at_most else self.value >= self.bound


def markdown(rows: Iterable[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| what | measured | asked | |", "| --- | --- | --- | --- |"]
    for row in rows:
        side = "at most" if row.at_most else "at least"
        mark = "✓" if row.holds else "✗"
        lines.append(f"| {row.what} | {row.value:,.2f} {row.unit} | {side} {row.bound:g} {row.unit} | {mark} |")
    return "\n".join(lines) + "\n"
