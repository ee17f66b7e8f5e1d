"""`ppo(...)`: proximal policy optimization (Schulman et al. 2017, arXiv:1707.06347; Ouyang et al. 2022)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from ftspec.kinds.objectives import Job
from ftspec.kinds.objectives._online import Online
from ftspec.kinds.objectives._rewards import Reward, labels_of
from ftspec.plan.steps import Adaptation

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.kinds.methods import Method
    from ftspec.plan.facts import ModelFacts


class Ppo(Online):
    """Learns to give answers that a reward model or a metric rates highly, and not to stray from where it began.

    The reference is the model that the stage starts from: with an adapter, the adapter switched off. A value head
    trains beside the policy and is not kept. `batch_size` answers make an optimizer step.
    """

    valid: ClassVar[tuple[str, ...]] = (
        "ppo(reward = judge)",
        "ppo(reward = judge, kl = 0.05, clip = 0.2)",
        'ppo(reward = matches(pattern = "^Thank you"), max_new_tokens = 32)',
    )
    invalid: ClassVar[tuple[str, ...]] = ("ppo()", "ppo(reward = judge, kl = 0)", "ppo(reward = perplexity())")

    reward: Reward
    """Who says what an answer is worth: the train of a reward model, or a metric that scores each answer by itself."""

    kl: float = Field(default=0.05, gt=0)
    """What a token pays for each nat by which it is likelier than in the reference."""

    clip: float = Field(default=0.2, gt=0, lt=1)
    """How far the ratio of new to old probability may go from 1 and still be rewarded."""

    epochs: int = Field(default=4, ge=1)
    """How often each answer is learned from."""

    minibatches: int = Field(default=1, ge=1)
    """Optimizer steps in one pass over the answers that were drawn together."""

    gamma: float = Field(default=1.0, gt=0, le=1)
    """The discount of later rewards."""

    lam: float = Field(default=0.95, ge=0, le=1)
    """λ of generalized advantage estimation."""

    value_clip: float = Field(default=0.2, gt=0)
    """How far a value may move from the old one and still lower the loss."""

    value_coefficient: float = Field(default=0.1, ge=0)
    """The weight of the value head's loss."""

    missing_eos_penalty: float = Field(default=0.0, ge=0)
    """What an answer that was cut is worth less."""

    @property
    def passes(self) -> int:
        """Optimizer steps that learn from answers drawn together, a minibatch each."""
        return self.epochs * self.minibatches

    @property
    def steps_a_batch(self) -> float:
        """Each batch of prompts makes as many steps as its answers are learned from."""
        return float(self.epochs)

    def makers(self) -> tuple[str, ...]:
        """The reward model."""
        return labels_of((self.reward,))

    def adaptation(self, method: Method, facts: ModelFacts) -> Adaptation:
        """What the method trains, and the value head."""
        planned = super().adaptation(method, facts)
        head = facts.hidden + 1
        return planned.model_copy(update={"trainable": planned.trainable + head, "added": planned.added + head})

    def trainer(self, job: Job) -> Trainer:
        """ftspec's own trainer."""
        from ftspec.kinds.objectives._ppo.trainer import ppo_trainer

        trainer: Trainer = ppo_trainer(job, self)
        return trainer
