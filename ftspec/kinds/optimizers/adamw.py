"""`adamw(...)`: Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv:1711.05101)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.optimizers import Beta, Optimizer


class AdamW(Optimizer):
    """Adam with decoupled weight decay, two moments in the weights' own number format. PyTorch's fused kernel."""

    state_bytes: ClassVar[float] = 8.0
    valid: ClassVar[tuple[str, ...]] = ("adamw()", "adamw(betas = [0.9, 0.95])", "adamw(eps = 1e-6)")
    invalid: ClassVar[tuple[str, ...]] = ("adamw(betas = [0.9])", "adamw(betas = [0.9, 1.5])", "adamw(eps = 0)")

    betas: tuple[Beta, Beta] = (0.9, 0.999)
    """How much of the two running moments is kept at each step."""

    eps: float = Field(default=1e-8, gt=0)
    """Added to the root of the second moment."""

    def training_arguments(self) -> dict[str, Any]:
        """`optim` and Adam's constants."""
        return {
            "optim": "adamw_torch_fused",
            "adam_beta1": self.betas[0],
            "adam_beta2": self.betas[1],
            "adam_epsilon": self.eps,
        }
