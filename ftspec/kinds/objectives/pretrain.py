"""`pretrain()`: continued pretraining on plain text (Gururangan et al. 2020, arXiv:2004.10964)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ftspec.kinds.objectives import Example, Job, Library, Objective
from ftspec.kinds.objectives._tokens import token_columns, token_lengths, token_settings, token_trainer
from ftspec.spec.data import Format

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.plan.steps import Train


class Pretrain(Objective):
    """Learns the text itself: every token of every row trains."""

    formats: ClassVar[frozenset[Format]] = frozenset({"text"})
    packs: ClassVar[bool] = True
    several_devices: ClassVar[bool] = True
    library: ClassVar[Library | None] = Library("trl", "SFTTrainer", "SFTConfig")
    valid: ClassVar[tuple[str, ...]] = ("pretrain()",)
    invalid: ClassVar[tuple[str, ...]] = ("pretrain(1)", "pretrain(labels = [a])")

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
        """TRL's `SFTTrainer` on rows that are tokenized already, every token labelled."""
        return token_trainer(job)
