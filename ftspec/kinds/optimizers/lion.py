"""`lion(...)`: evolved sign momentum (Chen et al. 2023, arXiv:2302.06675)."""

from __future__ import annotations

from typing import Any, ClassVar

from ftspec.kinds.optimizers import Beta, Optimizer


class Lion(Optimizer):
    """Steps by the sign of a momentum, by bitsandbytes; wants a rate three to ten times lower than AdamW's."""

    state_bytes: ClassVar[float] = 4.0
    valid: ClassVar[tuple[str, ...]] = ("lion()", "lion(betas = [0.95, 0.98])")
    invalid: ClassVar[tuple[str, ...]] = ("lion(betas = [0.9, 0.99, 0.999])", "lion(eps = 1e-8)")

    betas: tuple[Beta, Beta] = (0.9, 0.99)
    """How much of the momentum is kept in the step, and how much in the memory of it."""

    def training_arguments(self) -> dict[str, Any]:
        """`optim` and the two betas, which transformers hands to Lion under Adam's names."""
        return {"optim": "lion_32bit", "adam_beta1": self.betas[0], "adam_beta2": self.betas[1]}
