"""`oft(...)`: orthogonal fine-tuning (Qiu et al. 2023, arXiv:2306.07280; Qiu et al. 2025, arXiv:2506.19847)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.methods._modules import Matrix
from ftspec.kinds.methods._rotated import Rotated
from ftspec.spec.types import DropShare


class Oft(Rotated):
    """Turns the inputs of each target by a block-diagonal rotation, which keeps angles between neurons."""

    config: ClassVar[str] = "OFTConfig"
    valid: ClassVar[tuple[str, ...]] = ("oft()", "oft(block_size = 16)")
    invalid: ClassVar[tuple[str, ...]] = ("oft(block_size = 1)", "oft(rank = 8)")

    block_size: int = Field(default=32, ge=2)
    """The side of a rotated block; it must divide the inputs of every target."""

    module_dropout: DropShare = 0.0
    """The share of blocks that are left as they are in a training step."""

    def size(self, matrix: Matrix) -> int:
        """A skew-symmetric matrix for every block."""
        return self.blocks(matrix) * (self.block_size * (self.block_size - 1) // 2)

    def peft_arguments(self) -> dict[str, Any]:
        """Of `OFTConfig`."""
        return {"r": 0, "oft_block_size": self.block_size, "module_dropout": self.module_dropout}
