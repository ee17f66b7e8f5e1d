"""`sft()`: supervised fine-tuning on answers (Ouyang et al. 2022, arXiv:2203.02155)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ftspec.kinds.objectives import Example, Job, Library, Objective
from ftspec.kinds.objectives._tokens import token_columns, token_lengths, token_settings, token_trainer
from ftspec.spec.data import Format

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.plan.steps import Train


class Sft(Objective):
    """Learns to give the answers in the data: the mean cross-entropy of the trained tokens."""

    formats: ClassVar[frozenset[Format]] = frozenset({"prompt_completion", "chat", "text"})
    packs: ClassVar[bool] = True
    several_devices: ClassVar[bool] = True
    library: ClassVar[Library | None] = Library("trl", "SFTTrainer", "SFTConfig")
    valid: ClassVar[tuple[str, ...]] = ("sft()",)
    invalid: ClassVar[tuple[str, ...]] = ("sft(beta = 0.1)", "sft(1)")

    def columns(self, examples: Sequence[Example]) -> dict[str, list[Any]]:
        """Token ids and labels."""
        return token_columns(examples)

    def lengths(self, columns: Mapping[str, list[Any]]) -> list[int]:
        """The ids of each row."""
        return token_lengths(columns)

    def settings(self, step: Train) -> dict[str, Any]:
        """Of `SFTConfig`."""
        return token_settings(step)

    def trainer(self, job: Job) -> Trainer:
        """TRL's `SFTTrainer` on rows that are tokenized and labelled already."""
        return token_trainer(job)
