"""What names mean in one file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ftspec.syntax.tree import Expression
from ftspec.text.diagnostic import Place
from ftspec.text.source import Source, Span


@dataclass(frozen=True, eq=False)
class Scope:
    """The constants, the labels and the imports of one file."""

    source: Source
    folder: Path
    """The folder that relative paths of this file start from."""

    repository: Path
    """The folder that no path may leave."""

    prefix: str = ""
    """What stands before this file's labels in the whole program: `common.`."""

    lets: Mapping[str, Expression] = field(default_factory=dict)
    labels: frozenset[str] = frozenset()
    imports: Mapping[str, Scope] = field(default_factory=dict)
    unreadable: bool = False
    """Whether a block or an import could not be read, so that a label that seems missing may be there."""

    def place(self, span: Span) -> Place:
        """A place in this file."""
        return Place(self.source, span)
