"""`near(0.9)`: rows whose words overlap at least that much."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ftspec.spec.kind import Kind
from ftspec.spec.types import Dimension, Measured


class Near(Kind):
    """Rows whose sets of word sequences have at least this Jaccard similarity, found by MinHash (Broder, 1997)."""

    positional: ClassVar[tuple[str, ...]] = ("similarity",)
    valid: ClassVar[tuple[str, ...]] = ("near(0.9)", "near(85%)", "near()")
    invalid: ClassVar[tuple[str, ...]] = ("near(1.5)", "near(0.2)")

    similarity: Annotated[float, Measured(Dimension.SHARE, bare=True), Field(ge=0.5, le=1)] = 0.9
    """From 0.5 to 1: the share of word sequences in common."""
