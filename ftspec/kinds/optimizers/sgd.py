"""`sgd(...)`: stochastic gradient descent with momentum (Polyak 1964; Sutskever et al. 2013)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.optimizers import Optimizer


class Sgd(Optimizer):
    """Gradient descent with momentum; wants a rate far above AdamW's."""

    state_bytes: ClassVar[float] = 4.0
    valid: ClassVar[tuple[str, ...]] = ("sgd()", "sgd(momentum = 0.95)", "sgd(momentum = 0.9, nesterov = true)")
    invalid: ClassVar[tuple[str, ...]] = ("sgd(momentum = 1)", "sgd(momentum = -0.1)")

    momentum: float = Field(default=0.9, gt=0, lt=1)
    """How much of the last step is kept."""

    nesterov: bool = False
    """Look ahead along the momentum before the gradient is used."""

    def training_arguments(self) -> dict[str, Any]:
        """`optim` and its arguments in the one string that transformers takes."""
        return {"optim": "sgd", "optim_args": f"momentum={self.momentum},nesterov={str(self.nesterov).lower()}"}
