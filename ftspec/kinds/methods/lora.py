"""`lora(...)`: low-rank adaptation (Hu et al. 2021, arXiv:2106.09685)."""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._idle import idle_rank
from ftspec.kinds.methods._modules import Matrix, copied, ends_with, patterns, select, stores_transposed
from ftspec.kinds.methods._peft import PeftMethod
from ftspec.kinds.methods._starts import (
    REWRITING,
    directions,
    remember,
    save_for_the_original,
    start_from_activations,
)
from ftspec.kinds.patterns import Pattern
from ftspec.kinds.registry import make
from ftspec.spec.kind import Kind
from ftspec.spec.types import DropShare, FieldName, Of

if TYPE_CHECKING:
    from transformers import PreTrainedModel, Trainer

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
        "lora(rank = 8, patterns = [at(down_proj, rank = 32)])",
        "lora(loraplus_lr_ratio = 16)",
    )
    invalid: ClassVar[tuple[str, ...]] = (
        "lora(rank = 0)",
        "lora(dropout = 120%)",
        "lora(variant = qlora)",
        "lora(targets = everything)",
        "lora(targets = [])",
        "lora(rank = 15, init = orthogonal)",
        "lora(dropout = 100%)",
        "lora(patterns = [at(q_proj, rank = 4), at(q_proj, alpha = 8)])",
    )

    rank: int = Field(default=16, ge=1)
    """The width of the thin matrices."""

    alpha: float | None = Field(default=None, gt=0)
    """The update is scaled by alpha / rank; by default twice the rank."""

    dropout: DropShare = 0.0
    """The share of a target's inputs that is dropped on the way into the adapter."""

    targets: Literal["all_linear", "attention"] | tuple[FieldName, ...] = "all_linear"
    """The linear modules of all layers, those of the attention, or modules by name."""

    init: Literal["default", "gaussian", "orthogonal", "pissa", "olora", "eva"] = "default"
    """How the matrices start. `default` leaves the model as it is (Kaiming and zero); PiSSA (arXiv:2404.02948) and
    OLoRA (arXiv:2406.01775) start from the weights, EVA (arXiv:2410.07170) from the data's activations."""

    variant: Literal["dora", "rslora"] | None = None
    """DoRA trains direction and magnitude apart (arXiv:2402.09353); rsLoRA scales by alpha / √rank
    (arXiv:2312.03732)."""

    loraplus_lr_ratio: float | None = Field(default=None, ge=1)
    """LoRA+ (arXiv:2402.12354): how many times faster the second matrix learns than the first; 16 in the paper."""

    patterns: tuple[Annotated[Kind, Of("patterns")], ...] = ()
    """Targets with a rank or alpha of their own: `at(down_proj, rank = 32)`."""

    modules_to_save: tuple[FieldName, ...] = ()
    """Modules that are copied and trained whole beside the adapter."""

    @field_validator("patterns", mode="before")
    @classmethod
    def _from_plan(cls, value: Any) -> Any:
        return tuple(make("patterns", each) if isinstance(each, dict) else each for each in value)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.targets:
            raise ValueError("targets names no module")
        if self.init == "orthogonal" and self.rank % 2:
            raise ValueError(f"an orthogonal start needs an even rank; write `rank = {self.rank + 1}`")
        if self.init in REWRITING and (self.variant == "dora" or self.patterns):
            instead = "leave `init` out, or `variant = dora` and `patterns`"
            raise ValueError(f"a start from {self.init} goes with neither dora nor patterns; {instead}")
        named = [each.module for each in self.patterns if isinstance(each, Pattern)]
        twice = next((name for name in named if named.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"`{twice}` has two patterns; write one, with rank and alpha")
        return self

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """The targets by their full names, r · (in + out) parameters each; with DoRA one more for each output."""
        from ftspec.plan.steps import Adaptation

        saved = copied(facts, self.modules_to_save, "modules_to_save")
        chosen = self._chosen(facts, saved)
        self._check_patterns(chosen)
        self._check_start(chosen)
        added = sum(self._size(matrix) for matrix in chosen) + sum(tensor.size for tensor in saved)
        return Adaptation(
            trainable=added,
            added=added,
            modules=tuple(matrix.module for matrix in chosen),
            peft={"config": "LoraConfig", "arguments": self._arguments(facts, chosen, saved)},
            note=f"{self.keyword()} r{self.rank} α{self._alpha:g} on {len(chosen)} matrices",
        )

    @property
    def scales(self) -> tuple[float, ...]:
        """alpha / rank, with rsLoRA alpha / √rank: of all targets, then of those with a pattern."""
        own = (each for each in self.patterns if isinstance(each, Pattern))
        pairs = [(self._alpha, self.rank), *((each.alpha or self._alpha, each.rank or self.rank) for each in own)]
        return tuple(alpha / (sqrt(rank) if self.variant == "rslora" else rank) for alpha, rank in pairs)

    def idle(self, facts: ModelFacts) -> tuple[str, str, str] | None:
        """A rank above the width of a target."""
        chosen = self._chosen(facts, copied(facts, self.modules_to_save, "modules_to_save"))
        return idle_rank([(matrix, self._rank_of(matrix)) for matrix in chosen], "rank", patterns=True)

    def apply(self, model: PreTrainedModel, adaptation: Adaptation) -> Any:
        """The model with its adapter."""
        adapted = super().apply(model, adaptation)
        if self.init in REWRITING:
            remember(adapted)
        return adapted

    def begin(self, trainer: Trainer) -> None:
        """EVA starts from the data."""
        if self.init == "eva":
            start_from_activations(trainer)

    @property
    def goes_on(self) -> bool:
        """Not where it is kept at twice its rank, as one on the original weights."""
        return self.init not in REWRITING

    @property
    def switches(self) -> bool:
        """Not where the start of the adapter rewrote the weights below."""
        return self.init not in REWRITING

    def over_quantized(self, quantization: str) -> tuple[str, str] | None:
        """Not where its start rewrites the weights, nor with DoRA over eight bits, of which PEFT cannot take a norm."""
        if self.init in REWRITING:
            message = f"a start from {self.init} rewrites the model's weights, which are quantized"
            return message, "start from what four bits leave out, `qlora(init = loftq)`, or leave `init` out"
        if self.variant == "dora" and quantization == "int8":
            return "`dora` takes the norm of weights that `int8` does not give back", "use `nf4()`, or plain `lora()`"
        return super().over_quantized(quantization)

    @property
    def is_plain(self) -> bool:
        """Not where it starts from data, or learns at two rates."""
        return self.init != "eva" and self.loraplus_lr_ratio is None

    def rate_factor(self, parameter: str) -> float:
        """LoRA+ lets the second matrix learn faster."""
        return self.loraplus_lr_ratio if self.loraplus_lr_ratio and ".lora_B." in parameter else 1.0

    def save(self, model: Any, folder: Path) -> None:
        """The adapter, as one on the original weights."""
        if self.init in REWRITING:
            save_for_the_original(model, folder)
        else:
            super().save(model, folder)

    @property
    def _alpha(self) -> float:
        return 2 * self.rank if self.alpha is None else self.alpha

    def _chosen(self, facts: ModelFacts, saved: tuple[Tensor, ...]) -> tuple[Matrix, ...]:
        """The targets; a module that trains whole gets no matrices beside it."""
        whole = {tensor.module for tensor in saved}
        found = select(facts, self.targets)
        left = tuple(matrix for matrix in found if matrix.module not in whole)
        if not left:
            message = "every target is in `modules_to_save`, and trains whole"
            raise Unfit(message, "name other targets, or train them by `freeze(train = …)`", "modules_to_save")
        return left

    def _check_start(self, chosen: tuple[Matrix, ...]) -> None:
        for matrix in chosen:
            widest = directions(self.init, matrix)
            if widest is not None and self._rank_of(matrix) > widest:
                message = f"a start from {self.init} finds no {self._rank_of(matrix)} directions in {matrix.module}"
                raise Unfit(message, f"it has {widest}: write `rank = {widest}` or less", "rank")

    def _check_patterns(self, chosen: tuple[Matrix, ...]) -> None:
        for each in self.patterns:
            if isinstance(each, Pattern) and not any(ends_with(matrix.module, each.module) for matrix in chosen):
                names = ", ".join(dict.fromkeys(matrix.module.rpartition(".")[2] for matrix in chosen))
                raise Unfit(f"{each.module} is none of the targets", f"the targets are {names}", "patterns")

    def _rank_of(self, matrix: Matrix) -> int:
        """As PEFT counts: the first pattern that names the module and has a rank."""
        named = (each for each in self.patterns if isinstance(each, Pattern) and ends_with(matrix.module, each.module))
        return next((each.rank for each in named if each.rank is not None), self.rank)

    def _size(self, matrix: Matrix) -> int:
        magnitude = matrix.outputs if self.variant == "dora" else 0
        return self._rank_of(matrix) * (matrix.inputs + matrix.outputs) + magnitude

    def _arguments(self, facts: ModelFacts, chosen: tuple[Matrix, ...], saved: tuple[Tensor, ...]) -> dict[str, Any]:
        patterned = [each for each in self.patterns if isinstance(each, Pattern)]
        return {
            "r": self.rank,
            "lora_alpha": self._alpha,
            "lora_dropout": self.dropout,
            "target_modules": patterns(facts, chosen),
            "fan_in_fan_out": stores_transposed(facts),
            "init_lora_weights": True if self.init == "default" else self.init,
            "use_dora": self.variant == "dora",
            "use_rslora": self.variant == "rslora",
            "rank_pattern": {each.module: each.rank for each in patterned if each.rank is not None},
            "alpha_pattern": {each.module: each.alpha for each in patterned if each.alpha is not None},
            "modules_to_save": sorted({tensor.module for tensor in saved}) or None,
        }
