"""`paged_adamw_32bit(...)`: AdamW in unified memory (Dettmers et al. 2023, arXiv:2305.14314)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.optimizers import Beta, Optimizer


class PagedAdamW32bit(Optimizer):
    """AdamW with 32-bit moments that move to the host when the GPU's memory runs out, by bitsandbytes."""

    state_bytes: ClassVar[float] = 8.0
    needs_cuda: ClassVar[bool] = True
    valid: ClassVar[tuple[str, ...]] = ("paged_adamw_32bit()", "paged_adamw_32bit(betas = [0.9, 0.95])")
    invalid: ClassVar[tuple[str, ...]] = ("paged_adamw_32bit(betas = 0.9)", "paged_adamw_32bit(eps = -1)")

    betas: tuple[Beta, Beta] = (0.9, 0.999)
    """How much of the two running moments is kept at each step."""

    eps: float = Field(default=1e-8, gt=0)
    """Added to the root of the second moment."""

    def training_arguments(self) -> dict[str, Any]:
        """`optim` and Adam's constants."""
        return {
            "optim": "paged_adamw_32bit",
            "adam_beta1": self.betas[0],
            "adam_beta2": self.betas[1],
            "adam_epsilon": self.eps,
        }
