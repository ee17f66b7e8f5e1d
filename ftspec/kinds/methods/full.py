"""`full()`: every weight trains (Howard and Ruder 2018, arXiv:1801.06146)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ftspec.kinds.methods._own import OwnWeights

if TYPE_CHECKING:
    from ftspec.plan.facts import ModelFacts
    from ftspec.plan.steps import Adaptation


class Full(OwnWeights):
    """Trains every weight of the model. Takes most memory and forgets most easily."""

    valid: ClassVar[tuple[str, ...]] = ("full()",)
    invalid: ClassVar[tuple[str, ...]] = ("full(rank = 16)", "full(true)")

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """All parameters."""
        from ftspec.plan.steps import Adaptation

        return Adaptation(trainable=facts.parameters, added=0, note=f"all {len(facts.tensors)} tensors")
