"""`ascending(difficulty)`: from small to large."""

from __future__ import annotations

from typing import ClassVar

from ftspec.kinds.curricula import Curriculum


class Ascending(Curriculum):
    """Rows with a small value first: from easy to hard, or from short to long (Bengio et al., "Curriculum Learning",
    2009).
    """

    falls: ClassVar[bool] = False
    valid: ClassVar[tuple[str, ...]] = ("ascending()", "ascending(difficulty)", 'ascending("reading age")')
    invalid: ClassVar[tuple[str, ...]] = ("ascending(1)", "ascending(difficulty, level)")
