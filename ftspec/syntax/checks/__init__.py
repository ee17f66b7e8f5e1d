"""What the grammar lets through and no file should say."""

from __future__ import annotations

from ftspec.syntax.checks.characters import characters
from ftspec.syntax.checks.depth import depth
from ftspec.syntax.checks.tokens import tokens
from ftspec.syntax.checks.tree import tree

__all__ = ["characters", "depth", "tokens", "tree"]
