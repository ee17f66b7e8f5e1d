"""`adafactor()`: factored second moments (Shazeer and Stern 2018, arXiv:1804.04235)."""

from __future__ import annotations

from typing import Any, ClassVar

from ftspec.kinds.optimizers import Optimizer


class Adafactor(Optimizer):
    """Keeps one value a row and one a column in place of a second moment; no first moment. The rate is the plan's."""

    state_bytes: ClassVar[float] = 0.02
    valid: ClassVar[tuple[str, ...]] = ("adafactor()",)
    invalid: ClassVar[tuple[str, ...]] = ("adafactor(betas = [0.9, 0.999])",)

    def training_arguments(self) -> dict[str, Any]:
        """`optim`; transformers switches Adafactor's own rate off."""
        return {"optim": "adafactor"}
