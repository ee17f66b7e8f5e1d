"""`dynamic(factor = 4)`: a base that grows with the row (NTK-aware scaling, by transformers' name for it)."""

from __future__ import annotations

from typing import ClassVar

from ftspec.kinds.rope_scalings import RopeScaling


class Dynamic(RopeScaling):
    """Rows up to the length that the model was trained on are read as before; longer ones with slower rotations."""

    valid: ClassVar[tuple[str, ...]] = ("dynamic(factor = 2)",)
    invalid: ClassVar[tuple[str, ...]] = ("dynamic()", "dynamic(factor = 0)")
