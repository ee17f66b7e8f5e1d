"""Text to tree and back: `parse`, the nodes in `ftspec.syntax.tree`, and `format_source` in `ftspec.syntax.format`."""

from __future__ import annotations

from ftspec.syntax.parse import Parsed, parse

__all__ = ["Parsed", "parse"]
