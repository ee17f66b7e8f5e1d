"""`lora(...)`: low-rank adaptation (Hu et al. 2021, arXiv:2106.09685)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from ftspec.kinds.methods._modules import Matrix, copied, patterns, select, stores_transposed
from ftspec.kinds.methods._peft import PeftMethod
from ftspec.spec.types import FieldName, Share

if TYPE_CHECKING:
    from ftspec.plan.facts import ModelFacts, Tensor
    from ftspec.plan.steps import Adaptation


class Lora(PeftMethod):
    """Adds the product of two thin matrices to each target, and trains only these."""

    usual_learning_rate: ClassVar[float] = 2e-4
    usual_rates: ClassVar[tuple[float, float]] = (1e-5, 1e-2)
    valid: ClassVar[tuple[str, ...]] = (
        "lora()",
        "lora(rank = 16, alpha = 32, dropout = 5%, targets = all_linear)",
        "lora(targets = attention)",
        "lora(targets = [q_proj, v_proj], variant = dora)",
        "lora(init = pissa, variant = rslora)",
        "lora(modules_to_save = [lm_head])",
    )
    invalid: ClassVar[tuple[str, ...]] = (
        "lora(rank = 0)",
        "lora(dropout = 120%)",
        "lora(variant = qlora)",
        "lora(targets = everything)",
        "lora(targets = [])",
        "lora(rank = 15, init = orthogonal)",
    )

    rank: int = Field(default=16, ge=1)
    """The width of the thin matrices."""

    alpha: float | None = Field(default=None, gt=0)
    """The update is scaled by alpha / rank; by default twice the rank."""

    dropout: Share = 0.0
    """The share of a target's inputs that is dropped on the way into the adapter."""

    targets: Literal["all_linear", "attention"] | tuple[FieldName, ...] = "all_linear"
    """The linear modules of all layers, those of the attention, or modules by name."""

    init: Literal["default", "gaussian", "orthogonal", "pissa", "olora", "eva", "loftq"] = "default"
    """How the matrices start. `default` leaves the model as it is (Kaiming and zero); PiSSA (arXiv:2404.02948) and
    OLoRA (arXiv:2406.01775) start from the weights, EVA (arXiv:2410.07170) from the data's activations,
    LoftQ (arXiv:2310.08659) from the error of a 4-bit quantization."""

    variant: Literal["dora", "rslora"] | None = None
    """DoRA trains direction and magnitude apart (arXiv:2402.09353); rsLoRA scales by alpha / √rank
    (arXiv:2312.03732)."""

    modules_to_save: tuple[FieldName, ...] = ()
    """Modules that are copied and trained whole beside the adapter."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.targets:
            raise ValueError("targets names no module")
        if self.init == "orthogonal" and self.rank % 2:
            raise ValueError("an orthogonal start needs an even rank")
        return self

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """The targets by their full names, r · (in + out) parameters each; with DoRA one more for each output."""
        from ftspec.plan.steps import Adaptation

        chosen = select(facts, self.targets)
        saved = copied(facts, self.modules_to_save, "modules_to_save")
        added = sum(self._size(matrix) for matrix in chosen) + sum(tensor.size for tensor in saved)
        return Adaptation(
            trainable=added,
            added=added,
            modules=tuple(matrix.module for matrix in chosen),
            peft={"config": "LoraConfig", "arguments": self._arguments(facts, chosen, saved)},
            note=f"{self.keyword()} r{self.rank} α{self._alpha:g} on {len(chosen)} matrices",
        )

    @property
    def _alpha(self) -> float:
        return 2 * self.rank if self.alpha is None else self.alpha

    def _size(self, matrix: Matrix) -> int:
        magnitude = matrix.outputs if self.variant == "dora" else 0
        return self.rank * (matrix.inputs + matrix.outputs) + magnitude

    def _arguments(self, facts: ModelFacts, chosen: tuple[Matrix, ...], saved: tuple[Tensor, ...]) -> dict[str, Any]:
        return {
            "r": self.rank,
            "lora_alpha": self._alpha,
            "lora_dropout": self.dropout,
            "target_modules": patterns(facts, chosen),
            "fan_in_fan_out": stores_transposed(facts),
            "init_lora_weights": True if self.init == "default" else self.init,
            "use_dora": self.variant == "dora",
            "use_rslora": self.variant == "rslora",
            "modules_to_save": sorted({tensor.module for tensor in saved}) or None,
        }
