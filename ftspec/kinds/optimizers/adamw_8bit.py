"""`adamw_8bit(...)`: AdamW with block-wise 8-bit moments (Dettmers et al. 2022, arXiv:2110.02861)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.optimizers import Beta, Optimizer


class AdamW8bit(Optimizer):
    """AdamW whose moments take one byte each, by bitsandbytes; tensors under 4096 elements keep 32-bit moments."""

    state_bytes: ClassVar[float] = 2.0
    valid: ClassVar[tuple[str, ...]] = ("adamw_8bit()", "adamw_8bit(betas = [0.9, 0.95])")
    invalid: ClassVar[tuple[str, ...]] = ("adamw_8bit(betas = 0.9)", "adamw_8bit(eps = -1)")

    betas: tuple[Beta, Beta] = (0.9, 0.999)
    """How much of the two running moments is kept at each step."""

    eps: float = Field(default=1e-8, gt=0)
    """Added to the root of the second moment."""

    def training_arguments(self) -> dict[str, Any]:
        """`optim` and Adam's constants."""
        return {
            "optim": "adamw_8bit",
            "adam_beta1": self.betas[0],
            "adam_beta2": self.betas[1],
            "adam_epsilon": self.eps,
        }
