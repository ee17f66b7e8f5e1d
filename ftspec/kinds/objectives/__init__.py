"""Objectives: what is learned. One file an objective."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from ftspec.spec.data import Format
from ftspec.spec.kind import Kind

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer, TrainerCallback

    from ftspec.plan.steps import Train


class Job(Protocol):
    """What the executor hands to an objective."""

    step: Train
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    train: Dataset
    """Prepared rows; for token objectives with `input_ids` and `labels`."""

    validation: Dataset | None
    arguments: dict[str, Any]
    """Keyword arguments of `TrainingArguments` that follow from the step."""

    callbacks: list[TrainerCallback]


class Objective(Kind):
    """What is learned, and the trainer that does it."""

    formats: ClassVar[frozenset[Format]]
    """The shapes of data it can learn from."""

    packs: ClassVar[bool] = False
    """Whether several rows may share a sequence."""

    head: ClassVar[str] = "causal_lm"
    """The head of the model: `causal_lm`, `sequence_classification`."""

    @abstractmethod
    def trainer(self, job: Job) -> Trainer:
        """A trainer that is ready to start."""
