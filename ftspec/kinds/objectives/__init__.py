"""Objectives: what is learned. One file an objective."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from ftspec.spec.data import Format
from ftspec.spec.kind import Kind
from ftspec.text.frozen import frozen

if TYPE_CHECKING:
    from pathlib import Path

    from datasets import Dataset
    from transformers import PreTrainedModel, PreTrainedTokenizerBase, Trainer, TrainerCallback

    from ftspec.kinds.methods import Method
    from ftspec.kinds.objectives._rewards import Score
    from ftspec.plan.facts import ModelFacts
    from ftspec.plan.steps import Adaptation, Train


class Encoded(Protocol):
    """One sequence: ids, and for each of them whether it trains (`ftspec.data.Encoded`)."""

    @property
    def ids(self) -> list[int]: ...

    @property
    def trained(self) -> list[bool]: ...


@frozen
class Example:
    """One row as the tokenizer sees it."""

    sequences: tuple[Encoded, ...]
    """The row itself; of a preference, with the chosen answer and then with the rejected one."""

    fields: Mapping[str, Any]
    """What the file says."""

    answer: str = ""
    """What the last trained turn says; the label of a row that has one."""


class Job(Protocol):
    """What the executor hands to an objective."""

    step: Train
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    train: Dataset
    """The training rows as `Objective.columns` gives them."""

    lengths: list[int]
    """Tokens of each training row, as `Objective.lengths` counts them."""

    validation: Dataset | None
    arguments: dict[str, Any]
    """Keyword arguments of `TrainingArguments` that follow from the step."""

    callbacks: list[TrainerCallback]

    @property
    def root(self) -> Path:
        """The spec's folder, in which metrics find the files that they name."""

    @property
    def ends(self) -> frozenset[int]:
        """Every token that ends an answer."""

    @property
    def switches(self) -> bool:
        """Whether the model with its adapter switched off is the model that the stage starts from."""

    def scorer(self, train: str) -> Score:
        """What the reward model that a train made gives for answers."""

    def frozen(self, maker: str) -> PreTrainedModel:
        """The model that a train made or a `model` block names, for reading alone."""


@frozen
class Library:
    """The trainer of a library that does an objective, in a plain script too."""

    module: str
    """`trl`."""

    trainer: str
    config: str
    """The class of its arguments."""


class Objective(Kind):
    """What is learned, and the trainer that does it."""

    library: ClassVar[Library | None] = None
    """The library that does it; None where no library alone does."""

    formats: ClassVar[frozenset[Format]]
    """The shapes of data it can learn from."""

    packs: ClassVar[bool] = False
    """Whether several rows may share a sequence."""

    head: ClassVar[Literal["causal_lm", "sequence_classification"]] = "causal_lm"
    """The head of the model."""

    watches: ClassVar[bool] = True
    """Whether held-out rows watch the training where the spec names none."""

    sequences: ClassVar[int] = 1
    """Sequences of one row that go through the model together: two for a pair of answers."""

    reads_reference: ClassVar[bool] = False
    """Whether it is measured from the model that it starts from, whose log-probabilities are taken once before."""

    reads_rows: ClassVar[bool] = False
    """Whether it depends on what a row says whether it can be learned from."""

    several_devices: ClassVar[bool] = False
    """Whether it can be trained by several processes side by side, each with its share of every batch."""

    smallest_micro_batch: ClassVar[int] = 1
    """Rows that must lie on the device together."""

    @property
    def steps_a_batch(self) -> float:
        """Optimizer steps that `batch_size` rows make when each row is used once."""
        return 1.0

    def makers(self) -> tuple[str, ...]:
        """The labels of other trains and models that take part: a reward model, a teacher."""
        return ()

    @property
    def outputs(self) -> int | None:
        """The width of the new head that the model gets; None where it keeps the one it has."""
        return None

    def misfit(self, fields: Mapping[str, Any], answer: str) -> tuple[str, str] | None:
        """What stands against a row, as it follows "2 rows of …", and the remedy; None where it can be used."""
        return None

    def adaptation(self, method: Method, facts: ModelFacts) -> Adaptation:
        """What becomes trainable in a model. Raises `Unfit` when it cannot learn this in this way."""
        return method.adaptation(facts)

    def settings(self, step: Train) -> dict[str, Any]:
        """The arguments of the library's trainer that are not every trainer's."""
        return {}

    def head_settings(self) -> dict[str, Any]:
        """What a model's config must say of the new head."""
        return {}

    @abstractmethod
    def columns(self, examples: Sequence[Example]) -> dict[str, list[Any]]:
        """What the trainer reads of the rows: lists of equal length by name, one entry a row."""

    @abstractmethod
    def lengths(self, columns: Mapping[str, list[Any]]) -> list[int]:
        """The tokens of each row that the model reads in a step, both answers of a pair together."""

    @abstractmethod
    def trainer(self, job: Job) -> Trainer:
        """A trainer that is ready to start."""
