"""`ln_tuning()`: only the norms train (Zhao et al. 2023, arXiv:2312.11420)."""

from __future__ import annotations

from typing import ClassVar

from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._peft import PeftMethod
from ftspec.plan.facts import ModelFacts
from ftspec.plan.steps import Adaptation


class LnTuning(PeftMethod):
    """Trains copies of the model's layer norms, about one parameter in ten thousand."""

    usual_learning_rate: ClassVar[float] = 1e-3
    usual_rates: ClassVar[tuple[float, float]] = (1e-5, 5e-2)
    valid: ClassVar[tuple[str, ...]] = ("ln_tuning()",)
    invalid: ClassVar[tuple[str, ...]] = ("ln_tuning(rank = 1)",)

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """Every module that has nothing but vectors as weights and is called a norm."""
        norms = tuple(t for t in facts.tensors if len(t.shape) == 1 and is_norm(t.module))
        if not norms:
            raise Unfit(f"{facts.architecture} has no norms with weights", "use another method, such as lora")
        modules = tuple(dict.fromkeys(tensor.module for tensor in norms))
        added = sum(tensor.size for tensor in norms)
        return Adaptation(
            trainable=added,
            added=added,
            modules=modules,
            peft={"config": "LNTuningConfig", "arguments": {"target_modules": list(modules)}},
            note=f"ln_tuning of {len(modules)} norms",
        )


def is_norm(module: str) -> bool:
    """Whether a module is called a norm."""
    last = module.rpartition(".")[2].lower()
    return "norm" in last or last.startswith("ln_") or last in ("ln1", "ln2", "lnf")
