"""`boft(...)`: orthogonal fine-tuning by butterfly factors (Liu et al. 2023, arXiv:2311.06243)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.methods._modules import Matrix
from ftspec.kinds.methods._rotated import Rotated
from ftspec.spec.types import DropShare


class Boft(Rotated):
    """Turns the inputs of each target by small rotations and scales its outputs.

    One butterfly factor: PEFT computes more of them only with a CUDA extension that it builds while it runs.
    """

    config: ClassVar[str] = "BOFTConfig"
    trains_quantized: ClassVar[bool] = False
    valid: ClassVar[tuple[str, ...]] = ("boft()", "boft(block_size = 8, dropout = 10%)")
    invalid: ClassVar[tuple[str, ...]] = ("boft(block_size = 1)", "boft(factors = 2)")

    block_size: int = Field(default=4, ge=2)
    """The side of a rotated block; it must divide the inputs of every target."""

    dropout: DropShare = 0.0
    """The share of blocks that are left as they are in a training step."""

    def size(self, matrix: Matrix) -> int:
        """A square matrix for every block, and a scale for every output."""
        return self.blocks(matrix) * self.block_size**2 + matrix.outputs

    def peft_arguments(self) -> dict[str, Any]:
        """Of `BOFTConfig`."""
        return {"boft_block_size": self.block_size, "boft_n_butterfly_factor": 1, "boft_dropout": self.dropout}
