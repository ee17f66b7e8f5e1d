"""`cpo(...)`: contrastive preference optimization (Xu et al. 2024, arXiv:2401.08417)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field

from ftspec.kinds.objectives import Job, Library
from ftspec.kinds.objectives._reference_free import ReferenceFree, reference_free_trainer

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.plan.steps import Train


class Cpo(ReferenceFree):
    """Learns to prefer the chosen answer without a reference, and to give it."""

    several_devices: ClassVar[bool] = True
    library: ClassVar[Library | None] = Library("trl.experimental.cpo", "CPOTrainer", "CPOConfig")
    valid: ClassVar[tuple[str, ...]] = ("cpo()", "cpo(beta = 0.1, alpha = 0.5)", "cpo(loss = hinge)")
    invalid: ClassVar[tuple[str, ...]] = ("cpo(beta = 0)", "cpo(loss = simpo)", "cpo(alpha = -1)")

    beta: float = Field(default=0.1, gt=0)
    """How sharply the two answers are told apart."""

    loss: Literal["sigmoid", "hinge", "ipo"] = "sigmoid"
    """The loss on the difference."""

    alpha: float = Field(default=1.0, ge=0)
    """The weight of the likelihood of the chosen answer; TRL's `cpo_alpha`."""

    label_smoothing: float = Field(default=0.0, ge=0, lt=0.5)
    """The share of pairs that may be the wrong way round."""

    def settings(self, step: Train) -> dict[str, Any]:
        """Of `CPOConfig`."""
        return {
            "beta": self.beta,
            "loss_type": self.loss,
            "cpo_alpha": self.alpha,
            "label_smoothing": self.label_smoothing,
            "max_length": 2 * step.max_length,
        }

    def trainer(self, job: Job) -> Trainer:
        """TRL's `CPOTrainer`."""
        from trl.experimental.cpo import CPOConfig, CPOTrainer

        arguments = CPOConfig(**job.arguments, **self.settings(job.step))
        return reference_free_trainer(CPOTrainer, arguments, job, answers_alone=True)
