"""What `oft` and `boft` share: rotations of blocks of a target's inputs."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._modules import Matrix
from ftspec.kinds.methods._targeted import Targeted


class Rotated(Targeted):
    """Turns the inputs of each target block by block."""

    usual_learning_rate: ClassVar[float] = 4e-4
    usual_rates: ClassVar[tuple[float, float]] = (1e-5, 2e-2)

    block_size: int = Field(ge=2)
    """The side of a rotated block; it must divide the inputs of every target."""

    @property
    def title(self) -> str:
        """The side of a block."""
        return f"blocks of {self.block_size}"

    def blocks(self, matrix: Matrix) -> int:
        """How many blocks the inputs make. Raises `Unfit` where they are no multiple of `block_size`."""
        if matrix.inputs % self.block_size:
            message = f"the {matrix.inputs} inputs of {matrix.module} are no multiple of block_size {self.block_size}"
            raise Unfit(message, "choose a divisor, or leave the module out with `targets`", "block_size")
        return matrix.inputs // self.block_size
