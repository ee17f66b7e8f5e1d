"""`constant(...)`: the same rate after the warm-up."""

from __future__ import annotations

from typing import Any, ClassVar

from ftspec.kinds.schedulers import Scheduler


class Constant(Scheduler):
    """Stays at the peak after the warm-up."""

    valid: ClassVar[tuple[str, ...]] = ("constant()", "constant(warmup = 0%)")
    invalid: ClassVar[tuple[str, ...]] = ("constant(decay = 10%)",)

    def training_arguments(self, steps: int) -> dict[str, Any]:
        """`lr_scheduler_type` and its constants."""
        return {"lr_scheduler_type": "constant_with_warmup"}
