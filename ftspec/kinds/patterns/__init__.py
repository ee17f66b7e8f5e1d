"""Patterns: targets of an adapter that differ from the others. One file a pattern."""

from __future__ import annotations

from ftspec.spec.kind import Kind
from ftspec.spec.types import FieldName


class Pattern(Kind):
    """What is different about some targets."""

    module: FieldName
    """The end of the modules' names: `down_proj`, `"3.self_attn.q_proj"`."""

    rank: int | None
    """Their rank, where it differs."""

    alpha: float | None
    """Their alpha, where it differs."""
