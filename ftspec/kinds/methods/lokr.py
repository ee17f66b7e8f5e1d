"""`lokr(...)`: low-rank Kronecker product (Edalati et al. 2022, arXiv:2212.10650; Yeh et al., arXiv:2309.14859)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.methods._modules import Matrix
from ftspec.kinds.methods._scaled import Scaled
from ftspec.spec.types import DropShare


class LoKr(Scaled):
    """The Kronecker product of a small matrix and a low-rank one."""

    config: ClassVar[str] = "LoKrConfig"
    usual_learning_rate: ClassVar[float] = 1e-3
    usual_rates: ClassVar[tuple[float, float]] = (1e-5, 5e-2)
    trains_quantized: ClassVar[bool] = False
    valid: ClassVar[tuple[str, ...]] = ("lokr()", "lokr(rank = 4, decompose_both = true)", "lokr(decompose_factor = 8)")
    invalid: ClassVar[tuple[str, ...]] = ("lokr(rank = 0)", "lokr(decompose_factor = 0)")

    decompose_both: bool = False
    """Also factor the smaller matrix where that takes fewer parameters."""

    decompose_factor: int | None = Field(default=None, ge=1)
    """The side of the smaller matrix where it divides the model's; by default near the square root."""

    module_dropout: DropShare = 0.0
    """The share of updates that are left out in a training step."""

    def size(self, matrix: Matrix) -> int:
        """Both factors, each whole or as a pair of thin matrices, as PEFT's `LoKrLayer` lays them out."""
        rows, columns = (_factors(side, self.decompose_factor) for side in (matrix.outputs, matrix.inputs))
        small, large = (rows[0], columns[0]), (rows[1], columns[1])
        is_factored = self.decompose_both and self.rank < max(small) / 2
        first = self.rank * sum(small) if is_factored else small[0] * small[1]
        second = self.rank * sum(large) if self.rank < max(large) / 2 else large[0] * large[1]
        return first + second

    def peft_arguments(self) -> dict[str, Any]:
        """Of `LoKrConfig`."""
        return {
            "r": self.rank,
            "alpha": self._alpha,
            "decompose_both": self.decompose_both,
            "decompose_factor": self.decompose_factor or -1,
            "module_dropout": self.module_dropout,
        }


def _factors(size: int, wanted: int | None) -> tuple[int, int]:
    """A side as a product of two: `wanted` where it divides, else the most even split up to it."""
    if wanted is not None and size % wanted == 0:
        return wanted, size // wanted
    most = size if wanted is None else wanted
    small, large = 1, size
    while small < large:
        step = next(each for each in range(small + 1, size + 1) if size % each == 0)
        if step + size // step > small + large or step > most:
            break
        small, large = step, size // step
    return min(small, large), max(small, large)
