"""`oft(...)`: orthogonal fine-tuning (Qiu et al. 2023, arXiv:2306.07280; Qiu et al. 2025, arXiv:2506.19847)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._modules import Matrix
from ftspec.kinds.methods._targeted import Targeted
from ftspec.spec.types import Share


class Oft(Targeted):
    """Turns the inputs of each target by a block-diagonal rotation, which keeps angles between neurons."""

    config: ClassVar[str] = "OFTConfig"
    usual_learning_rate: ClassVar[float] = 4e-4
    usual_rates: ClassVar[tuple[float, float]] = (1e-5, 2e-2)
    valid: ClassVar[tuple[str, ...]] = ("oft()", "oft(block_size = 16)")
    invalid: ClassVar[tuple[str, ...]] = ("oft(block_size = 1)", "oft(rank = 8)")

    block_size: int = Field(default=32, ge=2)
    """The side of a rotated block; it must divide the inputs of every target."""

    module_dropout: Share = 0.0
    """The share of blocks that are left as they are in a training step."""

    @property
    def title(self) -> str:
        """The side of a block."""
        return f"blocks of {self.block_size}"

    def size(self, matrix: Matrix) -> int:
        """A skew-symmetric matrix for every block."""
        if matrix.inputs % self.block_size:
            message = f"the {matrix.inputs} inputs of {matrix.module} are no multiple of block_size {self.block_size}"
            raise Unfit(message, "choose a divisor, or leave the module out with `targets`", "block_size")
        return matrix.inputs // self.block_size * (self.block_size * (self.block_size - 1) // 2)

    def peft_arguments(self) -> dict[str, Any]:
        """Of `OFTConfig`."""
        return {"r": 0, "oft_block_size": self.block_size, "module_dropout": self.module_dropout}
