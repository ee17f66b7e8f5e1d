"""`orpo(...)`: odds ratio preference optimization (Hong et al. 2024, arXiv:2403.07691)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from ftspec.kinds.objectives import Job, Library
from ftspec.kinds.objectives._reference_free import ReferenceFree, reference_free_trainer

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.plan.steps import Train


class Orpo(ReferenceFree):
    """Learns the chosen answers and turns away from the rejected ones at once, without a reference."""

    several_devices: ClassVar[bool] = True
    library: ClassVar[Library | None] = Library("trl.experimental.orpo", "ORPOTrainer", "ORPOConfig")
    valid: ClassVar[tuple[str, ...]] = ("orpo()", "orpo(beta = 0.1)")
    invalid: ClassVar[tuple[str, ...]] = ("orpo(beta = 0)", "orpo(loss = ipo)")

    beta: float = Field(default=0.1, gt=0)
    """The weight of the odds ratio beside the likelihood of the chosen answer."""

    def settings(self, step: Train) -> dict[str, Any]:
        """Of `ORPOConfig`."""
        return {"beta": self.beta, "max_length": 2 * step.max_length}

    def trainer(self, job: Job) -> Trainer:
        """TRL's `ORPOTrainer`."""
        from trl.experimental.orpo import ORPOConfig, ORPOTrainer

        arguments = ORPOConfig(**job.arguments, **self.settings(job.step))
        return reference_free_trainer(ORPOTrainer, arguments, job)
