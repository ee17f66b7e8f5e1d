"""`descending(quality)`: from large to small."""

from __future__ import annotations

from typing import ClassVar

from ftspec.kinds.curricula import Curriculum


class Descending(Curriculum):
    """Rows with a large value first: the best, the newest, the longest."""

    falls: ClassVar[bool] = True
    valid: ClassVar[tuple[str, ...]] = ("descending()", "descending(quality)", 'descending("written on")')
    invalid: ClassVar[tuple[str, ...]] = ("descending(1)", "descending(quality, level)")
