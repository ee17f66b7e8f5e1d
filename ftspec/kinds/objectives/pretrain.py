"""`pretrain()`: continued pretraining on plain text (Gururangan et al. 2020, arXiv:2004.10964)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ftspec.kinds.objectives import Job, Objective
from ftspec.spec.data import Format

if TYPE_CHECKING:
    from transformers import Trainer


class Pretrain(Objective):
    """Learns the text itself: every token of every row trains."""

    formats: ClassVar[frozenset[Format]] = frozenset({"text"})
    packs: ClassVar[bool] = True
    valid: ClassVar[tuple[str, ...]] = ("pretrain()",)
    invalid: ClassVar[tuple[str, ...]] = ("pretrain(1)", "pretrain(labels = [a])")

    def trainer(self, job: Job) -> Trainer:
        """TRL's `SFTTrainer` on rows that are tokenized already, every token labelled."""
        from ftspec.kinds.objectives._tokens import token_trainer

        return token_trainer(job)
