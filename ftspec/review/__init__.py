"""A change under review: a spec as it was at a git revision, and what became of it."""

from __future__ import annotations

from ftspec.review.sides import Side, open_side

__all__ = ["Side", "open_side"]
