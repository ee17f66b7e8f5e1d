"""What names mean in one file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ftspec.syntax.tree import Expression
from ftspec.text.diagnostic import Place
from ftspec.text.source import Source, Span

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Scope(NamedTuple):
    """The constants, the labels and the imports of one file."""

    source: Source
    folder: Path
    """The folder that relative paths of this file start from."""

    repository: Path
    """The folder that no path may leave."""

    prefix: str = ""
    """What stands before this file's labels in the whole program: `common.`."""

    lets: Mapping[str, Expression] = NOTHING
    labels: frozenset[str] = frozenset()
    imports: Mapping[str, Scope] = NOTHING
    unreadable: bool = False
    """Whether a block or an import could not be read, so that a label that seems missing may be there."""

    def place(self, span: Span) -> Place:
        """A place in this file."""
        return Place(self.source, span)
