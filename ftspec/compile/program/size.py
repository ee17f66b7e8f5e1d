"""How much a spec may say: what people write is a hundredth of it, and more would keep `check` long."""

from __future__ import annotations

from typing import NamedTuple

from ftspec.syntax.tree import Block, File, Statement

MAX_FILES = 50
MAX_BLOCKS = 200
"""Blocks, constants and imports of all files."""

MAX_OVERLAYS = 30
"""Each is tried when a spec is checked."""

MAX_STATEMENTS = 1_000
"""Attributes, rules, turns and inner blocks of all files."""


class Size(NamedTuple):
    """What has been counted so far. A file that is imported under two names counts twice."""

    files: int = 0
    blocks: int = 0
    statements: int = 0
    overlays: int = 0

    def with_file(self, file: File) -> Size:
        """This size with one more file."""
        inner = sum(_inside(each) for each in file.statements)
        overlays = sum(isinstance(each, Block) and each.kind.text == "overlay" for each in file.statements)
        return Size(
            self.files + 1, self.blocks + len(file.statements), self.statements + inner, self.overlays + overlays
        )

    @property
    def problem(self) -> str | None:
        """Which bound is passed."""
        if self.files > MAX_FILES:
            return f"a spec imports at most {MAX_FILES} files, each counted as often as it is imported"
        if self.blocks > MAX_BLOCKS:
            return f"a spec has at most {MAX_BLOCKS} blocks and constants"
        if self.overlays > MAX_OVERLAYS:
            return f"a spec has at most {MAX_OVERLAYS} overlays"
        if self.statements > MAX_STATEMENTS:
            return f"a spec has at most {MAX_STATEMENTS:,} lines in its blocks"
        return None


def _inside(node: Statement) -> int:
    return sum(1 + _inside(each) for each in node.body) if isinstance(node, Block) else 0
