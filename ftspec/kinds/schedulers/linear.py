"""`linear(...)`: a straight line from the peak to zero."""

from __future__ import annotations

from typing import Any, ClassVar

from ftspec.kinds.schedulers import Scheduler


class Linear(Scheduler):
    """Falls in a straight line from the peak to zero."""

    valid: ClassVar[tuple[str, ...]] = ("linear()", "linear(warmup = 10%)")
    invalid: ClassVar[tuple[str, ...]] = ("linear(warmup = -1%)",)

    def training_arguments(self, steps: int) -> dict[str, Any]:
        """`lr_scheduler_type` and its constants."""
        return {"lr_scheduler_type": "linear"}
