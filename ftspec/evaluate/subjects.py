"""What is scored: models that someone else opens."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

    from ftspec.model.tokenizer import Tokenizer


@dataclass(frozen=True)
class Subject:
    """A model ready to be scored: in evaluation mode, on its device."""

    model: PreTrainedModel
    tokenizer: Tokenizer
    device: torch.device


class Subjects(Protocol):
    """The models that the steps of a plan leave behind, by the id of the step."""

    def open(self, subject: str) -> AbstractContextManager[Subject]:
        """The model of `export`, `model.base`, `train.judge`, loaded from disk and freed at the end."""

    def digest(self, subject: str) -> str:
        """SHA-256 over all that decides what `open` gives, without loading it: equal digests, equal scores."""
