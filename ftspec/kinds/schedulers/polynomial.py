"""`polynomial(...)`: a power of the share of steps left (Devlin et al. 2019, arXiv:1810.04805)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.schedulers import Scheduler


class Polynomial(Scheduler):
    """Falls from the peak to `lr_end` by a power of the share of steps that are left."""

    valid: ClassVar[tuple[str, ...]] = ("polynomial()", "polynomial(power = 2, lr_end = 1e-7)")
    invalid: ClassVar[tuple[str, ...]] = ("polynomial(power = 0)", "polynomial(lr_end = -1)")

    power: float = Field(default=1.0, gt=0)
    """1 is a straight line; higher powers fall faster at first."""

    lr_end: float = Field(default=0.0, ge=0)
    """The rate at the end; it must lie below the peak."""

    def training_arguments(self, steps: int) -> dict[str, Any]:
        """`lr_scheduler_type` and its constants."""
        return {"lr_scheduler_type": "polynomial", "lr_scheduler_kwargs": {"power": self.power, "lr_end": self.lr_end}}
