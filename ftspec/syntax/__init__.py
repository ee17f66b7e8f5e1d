"""Text to tree and back: `parse`, `format_source`, and the nodes in `ftspec.syntax.tree`."""

from __future__ import annotations

from ftspec.syntax.format import format_source
from ftspec.syntax.parse import Parsed, parse

__all__ = ["Parsed", "format_source", "parse"]
