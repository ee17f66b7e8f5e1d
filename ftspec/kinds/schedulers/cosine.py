"""`cosine(...)`: half a cosine from the peak to zero (Loshchilov and Hutter 2017, arXiv:1608.03983)."""

from __future__ import annotations

from typing import Any, ClassVar

from ftspec.kinds.schedulers import Scheduler


class Cosine(Scheduler):
    """Falls along half a cosine from the peak to zero."""

    valid: ClassVar[tuple[str, ...]] = ("cosine()", "cosine(warmup = 3%)", "cosine(warmup = 0)")
    invalid: ClassVar[tuple[str, ...]] = ("cosine(warmup = 120%)", "cosine(warmup = 10 steps)")

    def training_arguments(self, steps: int) -> dict[str, Any]:
        """`lr_scheduler_type` and its constants."""
        return {"lr_scheduler_type": "cosine"}
