"""`linear(factor = 4)`: position interpolation (Chen et al. 2023, arXiv:2306.15595), as LongLoRA uses it."""

from __future__ import annotations

from typing import ClassVar

from ftspec.kinds.rope_scalings import RopeScaling


class Linear(RopeScaling):
    """Positions are divided by the factor: short rows change too, so that the model has to be trained on."""

    valid: ClassVar[tuple[str, ...]] = ("linear(factor = 4)",)
    invalid: ClassVar[tuple[str, ...]] = ("linear()", "linear(factor = 1)", "linear(factor = 0.5)")
