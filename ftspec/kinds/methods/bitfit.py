"""`bitfit()`: only the biases train (Ben Zaken et al. 2021, arXiv:2106.10199)."""

from __future__ import annotations

from typing import ClassVar

from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._own import OwnWeights
from ftspec.plan.facts import ModelFacts
from ftspec.plan.steps import Adaptation


class BitFit(OwnWeights):
    """Trains the model's biases."""

    usual_learning_rate: ClassVar[float] = 1e-3
    usual_rates: ClassVar[tuple[float, float]] = (1e-5, 5e-2)
    valid: ClassVar[tuple[str, ...]] = ("bitfit()",)
    invalid: ClassVar[tuple[str, ...]] = ("bitfit(bias = all)",)

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """Every tensor that is called a bias. Llama and its kin have none."""
        biases = tuple(tensor for tensor in facts.tensors if tensor.name.rpartition(".")[2] == "bias")
        if not biases:
            raise Unfit(f"{facts.architecture} has no biases", "ln_tuning() is as small and works here")
        trainable = sum(tensor.size for tensor in biases)
        names = tuple(tensor.name for tensor in biases)
        return Adaptation(trainable=trainable, added=0, modules=names, note=f"{len(names)} biases")
