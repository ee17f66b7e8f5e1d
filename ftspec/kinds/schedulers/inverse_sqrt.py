"""`inverse_sqrt(...)`: one over the root of the step (Vaswani et al. 2017, arXiv:1706.03762)."""

from __future__ import annotations

from typing import Any, ClassVar

from ftspec.kinds.schedulers import Scheduler


class InverseSqrt(Scheduler):
    """Falls with the inverse root of the step, from the end of the warm-up on."""

    valid: ClassVar[tuple[str, ...]] = ("inverse_sqrt()", "inverse_sqrt(warmup = 10%)")
    invalid: ClassVar[tuple[str, ...]] = ("inverse_sqrt(power = 2)",)

    def training_arguments(self, steps: int) -> dict[str, Any]:
        """`lr_scheduler_type` and its constants."""
        return {"lr_scheduler_type": "inverse_sqrt"}
