"""`vera(...)`: vector-based random matrix adaptation (Kopiczko et al. 2023, arXiv:2310.11454)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.methods._modules import Matrix
from ftspec.kinds.methods._targeted import Targeted
from ftspec.spec.types import DropShare


class VeRA(Targeted):
    """One frozen random pair of thin matrices for the whole model; only two vectors train for each target."""

    config: ClassVar[str] = "VeraConfig"
    takes_transposed: ClassVar[bool] = True
    usual_learning_rate: ClassVar[float] = 2e-3
    usual_rates: ClassVar[tuple[float, float]] = (1e-4, 1e-1)
    valid: ClassVar[tuple[str, ...]] = ("vera()", "vera(rank = 64, dropout = 5%)")
    invalid: ClassVar[tuple[str, ...]] = ("vera(rank = 0)", "vera(alpha = 8)")

    rank: int = Field(default=256, ge=1)
    """The width of the random matrices."""

    dropout: DropShare = 0.0
    """The share of a target's inputs that is dropped on the way into the adapter."""

    d_initial: float = Field(default=0.1, gt=0)
    """What the inner vector starts from."""

    seed: int = Field(default=0, ge=0)
    """Draws the random matrices."""

    @property
    def title(self) -> str:
        """The rank."""
        return f"r{self.rank}"

    def size(self, matrix: Matrix) -> int:
        """A vector over the outputs and one over the rank."""
        return matrix.outputs + self.rank

    def peft_arguments(self) -> dict[str, Any]:
        """Of `VeraConfig`."""
        return {
            "r": self.rank,
            "vera_dropout": self.dropout,
            "d_initial": self.d_initial,
            "projection_prng_key": self.seed,
            "save_projection": True,
        }
