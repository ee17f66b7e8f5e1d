"""`sft()`: supervised fine-tuning on answers (Ouyang et al. 2022, arXiv:2203.02155)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ftspec.kinds.objectives import Job, Objective
from ftspec.spec.data import Format

if TYPE_CHECKING:
    from transformers import Trainer


class Sft(Objective):
    """Learns to give the answers in the data: the mean cross-entropy of the trained tokens."""

    formats: ClassVar[frozenset[Format]] = frozenset({"prompt_completion", "chat", "text"})
    packs: ClassVar[bool] = True
    valid: ClassVar[tuple[str, ...]] = ("sft()",)
    invalid: ClassVar[tuple[str, ...]] = ("sft(beta = 0.1)", "sft(1)")

    def trainer(self, job: Job) -> Trainer:
        """TRL's `SFTTrainer` on rows that are tokenized and labelled already."""
        from ftspec.kinds.objectives._tokens import token_trainer

        return token_trainer(job)
