"""`reward(...)`: a reward model from preferences (Bradley and Terry 1952; Ouyang et al. 2022, arXiv:2203.02155)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from ftspec.kinds.objectives import Example, Job, Library
from ftspec.kinds.objectives._classifier import Classifier
from ftspec.kinds.objectives._pairs import built
from ftspec.spec.data import Format

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.plan.steps import Train


class Reward(Classifier):
    """Learns one number for an answer, higher for the chosen one than for the rejected one."""

    formats: ClassVar[frozenset[Format]] = frozenset({"preference"})
    sequences: ClassVar[int] = 2
    several_devices: ClassVar[bool] = True
    library: ClassVar[Library | None] = Library("trl", "RewardTrainer", "RewardConfig")
    valid: ClassVar[tuple[str, ...]] = ("reward()", "reward(center_rewards_coefficient = 0.01)")
    invalid: ClassVar[tuple[str, ...]] = ("reward(beta = 0.1)", "reward(center_rewards_coefficient = -1)")

    center_rewards_coefficient: float | None = Field(default=None, ge=0)
    """The weight of a penalty that keeps rewards around zero (Eisenstein et al. 2023, arXiv:2312.09244)."""

    @property
    def outputs(self) -> int:
        """One number."""
        return 1

    def columns(self, examples: Sequence[Example]) -> dict[str, list[Any]]:
        """Both whole sequences."""
        chosen, rejected = zip(*(example.sequences for example in examples), strict=True)
        return {"chosen_ids": [each.ids for each in chosen], "rejected_ids": [each.ids for each in rejected]}

    def lengths(self, columns: Mapping[str, list[Any]]) -> list[int]:
        """Both sequences of each pair."""
        rows = zip(columns["chosen_ids"], columns["rejected_ids"], strict=True)
        return [len(chosen) + len(rejected) for chosen, rejected in rows]

    def settings(self, step: Train) -> dict[str, Any]:
        """Of `RewardConfig`."""
        return {"max_length": None, "center_rewards_coefficient": self.center_rewards_coefficient}

    def trainer(self, job: Job) -> Trainer:
        """TRL's `RewardTrainer`."""
        from trl import RewardConfig, RewardTrainer

        arguments = RewardConfig(**job.arguments, **self.settings(job.step))
        return built(RewardTrainer, arguments, job)
