"""What an observer is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftspec.plan.steps import Generation

if TYPE_CHECKING:
    from ftspec.data import Row


def _unheard(done: int) -> None:
    """Progress that nobody listens to."""


@dataclass(frozen=True)
class Request:
    """Rows to observe, and how."""

    rows: Sequence[Row]
    generation: Generation
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What the metric's `settings` say."""

    groups: Mapping[str, str] = field(default_factory=dict)
    """By item: the group of rows that share one."""

    inputs: tuple[Sequence[Any], ...] = ()
    """Answers that other models gave to these rows, in the order of the rows."""

    run: Path | None = None
    """The folder of the run, in which people's ratings lie."""

    allow_code: bool = False
    """Whether files that the spec names may run code."""

    progress: Callable[[int], None] = _unheard

    def group(self, row: Row) -> str | None:
        """The group of a row."""
        return self.groups.get(row.item)
