"""`loha(...)`: low-rank Hadamard product (Hyeon-Woo et al. 2021, arXiv:2108.06098)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from ftspec.kinds.methods._idle import idle_rank
from ftspec.kinds.methods._modules import Matrix, select
from ftspec.kinds.methods._scaled import Scaled
from ftspec.spec.types import DropShare

if TYPE_CHECKING:
    from ftspec.plan.facts import ModelFacts


class LoHa(Scaled):
    """The element-wise product of two low-rank updates: rank r² for the parameters of 2r."""

    config: ClassVar[str] = "LoHaConfig"
    usual_learning_rate: ClassVar[float] = 2e-4
    usual_rates: ClassVar[tuple[float, float]] = (1e-5, 1e-2)
    trains_quantized: ClassVar[bool] = False
    valid: ClassVar[tuple[str, ...]] = ("loha()", "loha(rank = 4, alpha = 8, targets = attention)")
    invalid: ClassVar[tuple[str, ...]] = ("loha(rank = 0)", "loha(init = pissa)")

    module_dropout: DropShare = 0.0
    """The share of updates that are left out in a training step."""

    def idle(self, facts: ModelFacts) -> tuple[str, str, str] | None:
        """A rank above the width of a target."""
        return idle_rank([(matrix, self.rank) for matrix in select(facts, self.targets)], "rank")

    def size(self, matrix: Matrix) -> int:
        """Two pairs of thin matrices."""
        return 2 * self.rank * (matrix.inputs + matrix.outputs)

    def peft_arguments(self) -> dict[str, Any]:
        """Of `LoHaConfig`."""
        return {"r": self.rank, "alpha": self._alpha, "module_dropout": self.module_dropout}
