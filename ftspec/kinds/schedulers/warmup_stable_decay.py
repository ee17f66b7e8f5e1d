"""`warmup_stable_decay(...)`: warm-up, a plateau, a fall at the end (Hu et al. 2024, arXiv:2404.06395)."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, Self

from pydantic import model_validator

from ftspec.kinds.schedulers import Scheduler
from ftspec.spec.types import Share


class WarmupStableDecay(Scheduler):
    """Stays at the peak and falls in the last steps."""

    valid: ClassVar[tuple[str, ...]] = (
        "warmup_stable_decay()",
        "warmup_stable_decay(decay = 20%, min_lr_ratio = 10%)",
        "warmup_stable_decay(decay_type = cosine)",
    )
    invalid: ClassVar[tuple[str, ...]] = (
        "warmup_stable_decay(decay = 150%)",
        "warmup_stable_decay(warmup = 60%, decay = 60%)",
    )

    decay: Share = 0.1
    """The share of the steps in which the rate falls."""

    decay_type: Literal["linear", "cosine"] = "linear"
    """The form of the fall."""

    min_lr_ratio: Share = 0.0
    """The share of the peak that is left at the end."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.warmup + self.decay > 1:
            raise ValueError("warmup and decay together take more than all steps")
        return self

    def training_arguments(self, steps: int) -> dict[str, Any]:
        """`lr_scheduler_type` and its constants, the fall in steps."""
        return {
            "lr_scheduler_type": "warmup_stable_decay",
            "lr_scheduler_kwargs": {
                "num_decay_steps": max(1, round(self.decay * steps)),
                "decay_type": self.decay_type,
                "min_lr_ratio": self.min_lr_ratio,
            },
        }
