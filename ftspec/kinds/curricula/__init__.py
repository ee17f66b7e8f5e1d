"""Orders in which rows train. One file an order."""

from __future__ import annotations

from typing import ClassVar

from ftspec.spec.kind import Kind
from ftspec.spec.types import FieldName


class Curriculum(Kind):
    """An order by what the rows say."""

    positional: ClassVar[tuple[str, ...]] = ("field",)
    falls: ClassVar[bool]
    """Whether the largest comes first."""

    field: FieldName | None = None
    """Numbers, or texts such as dates; without a field, rows are ordered by their length in tokens."""
