"""`rloo(...)`: REINFORCE with a leave-one-out baseline (Ahmadian et al. 2024, arXiv:2402.14740)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from ftspec.kinds.methods import Unfit
from ftspec.kinds.objectives import Job
from ftspec.kinds.objectives._groups import Grouped, group_trainer

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.kinds.methods import Method
    from ftspec.plan.facts import ModelFacts
    from ftspec.plan.steps import Adaptation


class Rloo(Grouped):
    """Learns from several answers to each prompt, each measured by the mean of the others."""

    valid: ClassVar[tuple[str, ...]] = (
        "rloo(rewards = [judge])",
        'rloo(rewards = [matches(pattern = "^Thank")], generations = 4, kl = 0.02)',
    )
    invalid: ClassVar[tuple[str, ...]] = ("rloo()", "rloo(rewards = [exact_match()], kl = -1)")

    generations: int = Field(default=4, ge=2)
    """Answers to each prompt; `batch_size` counts answers, and holds whole groups."""

    kl: float = Field(default=0.05, ge=0)
    """What a nat of divergence from the model that the stage starts from costs; TRL's `beta`."""

    def adaptation(self, method: Method, facts: ModelFacts) -> Adaptation:
        """What the method trains. Raises `Unfit` for AdaLoRA, of which PEFT holds no copy beside it."""
        if method.keyword() == "adalora":
            message = "`rloo` copies the adapter for its reference, and PEFT holds one of `adalora` at a time"
            raise Unfit(message, "use `grpo(…)`, or `lora()`")
        return super().adaptation(method, facts)

    def trainer(self, job: Job) -> Trainer:
        """TRL's `RLOOTrainer`."""
        from trl import RLOOConfig, RLOOTrainer

        return group_trainer(RLOOTrainer, RLOOConfig, self, job)
