"""`cosine_with_min_lr(...)`: half a cosine that ends above zero (Hoffmann et al. 2022, arXiv:2203.15556)."""

from __future__ import annotations

from typing import Any, ClassVar

from ftspec.kinds.schedulers import Scheduler
from ftspec.spec.types import Share


class CosineWithMinLr(Scheduler):
    """Falls along half a cosine from the peak to a share of it."""

    valid: ClassVar[tuple[str, ...]] = ("cosine_with_min_lr()", "cosine_with_min_lr(min_lr_rate = 10%)")
    invalid: ClassVar[tuple[str, ...]] = ("cosine_with_min_lr(min_lr_rate = 2)",)

    min_lr_rate: Share = 0.1
    """The share of the peak that is left at the end."""

    def training_arguments(self, steps: int) -> dict[str, Any]:
        """`lr_scheduler_type` and its constants."""
        return {"lr_scheduler_type": "cosine_with_min_lr", "lr_scheduler_kwargs": {"min_lr_rate": self.min_lr_rate}}
