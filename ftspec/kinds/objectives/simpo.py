"""`simpo(...)`: simple preference optimization (Meng et al. 2024, arXiv:2405.14734)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from ftspec.kinds.objectives import Job, Library
from ftspec.kinds.objectives._reference_free import ReferenceFree, reference_free_trainer

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.plan.steps import Train


class SimPo(ReferenceFree):
    """Learns to give the chosen answer a higher mean log-probability a token, by a margin, without a reference."""

    several_devices: ClassVar[bool] = True
    library: ClassVar[Library | None] = Library("trl.experimental.cpo", "CPOTrainer", "CPOConfig")
    valid: ClassVar[tuple[str, ...]] = ("simpo()", "simpo(beta = 2.0, gamma = 1.0)", "simpo(alpha = 0.1)")
    invalid: ClassVar[tuple[str, ...]] = ("simpo(beta = 0)", "simpo(gamma = -1)")

    beta: float = Field(default=2.0, gt=0)
    """How sharply the two answers are told apart."""

    gamma: float = Field(default=0.5, ge=0)
    """The margin, as a share of beta; TRL's `simpo_gamma`."""

    alpha: float = Field(default=0.0, ge=0)
    """The weight of the likelihood of the chosen answer; with it the objective is CPO-SimPO."""

    def settings(self, step: Train) -> dict[str, Any]:
        """Of `CPOConfig`."""
        return {
            "beta": self.beta,
            "loss_type": "simpo",
            "cpo_alpha": self.alpha,
            "simpo_gamma": self.gamma,
            "max_length": 2 * step.max_length,
        }

    def trainer(self, job: Job) -> Trainer:
        """TRL's `CPOTrainer` with SimPO's loss."""
        from trl.experimental.cpo import CPOConfig, CPOTrainer

        arguments = CPOConfig(**job.arguments, **self.settings(job.step))
        return reference_free_trainer(CPOTrainer, arguments, job, answers_alone=True)
