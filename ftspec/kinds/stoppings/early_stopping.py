"""`early_stopping(...)`: stop when the validation loss no longer falls (Prechelt 1998)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from ftspec.kinds.stoppings import Stopping


class EarlyStopping(Stopping):
    """Stop when the validation loss no longer falls, and keep the weights of the lowest."""

    valid: ClassVar[tuple[str, ...]] = ("early_stopping()", "early_stopping(patience = 3, threshold = 0.01)")
    invalid: ClassVar[tuple[str, ...]] = ("early_stopping(patience = 0)", "early_stopping(threshold = -1)")

    patience: int = Field(default=3, ge=1)
    """How many checkpoints in a row may pass without a lower loss."""

    threshold: float = Field(default=0.0, ge=0)
    """By how much the loss must fall to count as lower, in nats a token."""

    def reached(self, losses: Sequence[float]) -> bool:
        """Whether the last `patience` losses all failed to go below the lowest before them."""
        best, waited = float("inf"), 0
        for loss in losses:
            best, waited = (loss, 0) if loss < best - self.threshold else (best, waited + 1)
        return waited >= self.patience
