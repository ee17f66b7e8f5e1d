"""`adalora(...)`: LoRA that moves its rank to where it matters (Zhang et al. 2023, arXiv:2303.10512)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import Field, model_validator

from ftspec.kinds.methods._idle import idle_rank
from ftspec.kinds.methods._modules import Matrix, select
from ftspec.kinds.methods._targeted import Targeted
from ftspec.plan.steps import Adaptation
from ftspec.spec.types import DropShare, Share

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel, Trainer

    from ftspec.plan.facts import ModelFacts


class AdaLora(Targeted):
    """Each target starts with the same rank; singular values that matter little are switched off on the way.

    Where rank is kept follows from running means that no checkpoint holds, so a stopped stage starts again.
    """

    config: ClassVar[str] = "AdaLoraConfig"
    takes_transposed: ClassVar[bool] = True
    usual_learning_rate: ClassVar[float] = 2e-3
    usual_rates: ClassVar[tuple[float, float]] = (1e-4, 2e-2)
    valid: ClassVar[tuple[str, ...]] = ("adalora()", "adalora(rank = 8, init_rank = 12, warmup = 10%, final = 20%)")
    invalid: ClassVar[tuple[str, ...]] = (
        "adalora(rank = 0)",
        "adalora(rank = 8, init_rank = 4)",
        "adalora(rank = 8, init_rank = 8)",
        "adalora(warmup = 60%, final = 60%)",
    )

    rank: int = Field(default=8, ge=1)
    """The mean rank that is left at the end."""

    init_rank: int = Field(default=12, ge=1)
    """The rank that every target starts with."""

    alpha: float = Field(default=32, gt=0)
    """The update is scaled by alpha / rank."""

    dropout: DropShare = 0.0
    """The share of a target's inputs that is dropped on the way into the adapter."""

    warmup: Share = 0.1
    """The share of the steps before rank is moved."""

    final: Share = 0.3
    """The share of the steps after rank is settled."""

    every: int = Field(default=1, ge=1)
    """Rank is moved every so many steps in between."""

    orthogonality: float = Field(default=0.5, ge=0)
    """The weight of the penalty that keeps singular vectors orthogonal."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.init_rank <= self.rank:
            raise ValueError("init_rank must lie above rank: there would be nothing to switch off")
        if self.warmup + self.final >= 1:
            raise ValueError("warmup and final leave no steps in which rank can move")
        return self

    @property
    def resumes(self) -> bool:
        """Not so: no checkpoint holds the running means."""
        return False

    @property
    def is_plain(self) -> bool:
        """Not so: rank is moved between the steps."""
        return False

    @property
    def title(self) -> str:
        """From which rank to which."""
        return f"r{self.init_rank}→{self.rank} α{self.alpha:g}"

    @property
    def scales(self) -> tuple[float, ...]:
        """alpha / rank, as training begins."""
        return (self.alpha / self.init_rank,)

    def idle(self, facts: ModelFacts) -> tuple[str, str, str] | None:
        """A rank to start with above the width of a target."""
        return idle_rank([(matrix, self.init_rank) for matrix in select(facts, self.targets)], "init_rank")

    def size(self, matrix: Matrix) -> int:
        """Singular vectors on either side, and the singular values."""
        return self.init_rank * (matrix.inputs + matrix.outputs + 1)

    def peft_arguments(self) -> dict[str, Any]:
        """Of `AdaLoraConfig`; the steps are known when training begins."""
        return {
            "init_r": self.init_rank,
            "target_r": self.rank,
            "lora_alpha": self.alpha,
            "lora_dropout": self.dropout,
            "deltaT": self.every,
            "orth_reg_weight": self.orthogonality,
            "total_step": 1_000_000_000,
        }

    def apply(self, model: PreTrainedModel, adaptation: Adaptation) -> Any:
        """The model with its adapter; the count of ranks is a parameter in PEFT, but no gradient ever reaches it.

        PEFT adds the penalty to the loss that a model returns, which not every objective learns from: `penalty` is
        added for each of them, and PEFT's own is switched off.
        """
        adapted = super().apply(model, adaptation)
        adapted.peft_config["default"].orth_reg_weight = 0.0
        for name, parameter in adapted.named_parameters():
            if "ranknum" in name:
                parameter.requires_grad_(False)
        return adapted

    def begin(self, trainer: Trainer) -> None:
        """Tell the allocator how many steps there are."""
        steps = trainer.args.max_steps
        config = trainer.model.peft_config["default"]
        config.total_step = steps
        config.tinit, config.tfinal = round(self.warmup * steps), round(self.final * steps)
        trainer.model.base_model.rankallocator.set_total_step(steps)

    def stepped(self, model: Any, step: int) -> None:
        """Weigh the singular values by this step's gradients, and switch off what matters least."""
        model.base_model.update_and_allocate(step)

    def penalty(self, model: Any) -> Tensor | None:
        """How far the singular vectors of all targets are from orthogonal (equation 4 of the paper), weighted."""
        import torch

        terms = [
            torch.linalg.norm(gram - torch.eye(len(gram), device=gram.device))
            for name, parameter in model.named_parameters()
            if parameter.requires_grad and ("lora_A" in name or "lora_B" in name)
            for gram in [parameter @ parameter.T if "lora_A" in name else parameter.T @ parameter]
        ]
        return self.orthogonality * sum(terms) / len(terms) if terms else None
