"""`classify(...)`: sequence classification (Devlin et al. 2019, arXiv:1810.04805)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import Field, model_validator

from ftspec.errors import CannotRun
from ftspec.kinds.labels import label_of
from ftspec.kinds.objectives import Example, Job, Library
from ftspec.kinds.objectives._classifier import Classifier
from ftspec.kinds.objectives._feeding import given
from ftspec.kinds.objectives._pairs import in_order, split
from ftspec.spec.data import Format
from ftspec.spec.types import FieldName

if TYPE_CHECKING:
    from transformers import Trainer

    from ftspec.plan.steps import Train


class Classify(Classifier):
    """Learns to put a whole row into one of some classes, or into any number of them.

    The class is the row's field `label` (or `labels`), or what its last trained turn says: the model reads what stands
    before it.
    """

    reads_rows: ClassVar[bool] = True
    formats: ClassVar[frozenset[Format]] = frozenset({"labels", "prompt_completion", "chat"})
    several_devices: ClassVar[bool] = True
    library: ClassVar[Library | None] = Library("transformers", "Trainer", "TrainingArguments")
    valid: ClassVar[tuple[str, ...]] = (
        "classify(labels = [billing, technical, general])",
        "classify(labels = [urgent, angry], multi_label = true)",
    )
    invalid: ClassVar[tuple[str, ...]] = ("classify()", "classify(labels = [one])", "classify(labels = [one, one])")

    labels: Annotated[tuple[FieldName, ...], Field(min_length=2)]
    """The classes."""

    multi_label: bool = False
    """Whether a row may be in several classes, or in none: its label is then a list, or names with commas between."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        twice = next((name for name in self.labels if self.labels.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"the label `{twice}` is named twice; write each class once")
        return self

    @property
    def outputs(self) -> int:
        """An output for every class."""
        return len(self.labels)

    def columns(self, examples: Sequence[Example]) -> dict[str, list[Any]]:
        """What the model reads, and the class as a number, or as a zero or one for each class."""
        read = [_read(example) for example in examples]
        return {"input_ids": read, "labels": [self.number(example.fields, example.answer) for example in examples]}

    def lengths(self, columns: Mapping[str, list[Any]]) -> list[int]:
        """What the model reads."""
        return [len(ids) for ids in columns["input_ids"]]

    def head_settings(self) -> dict[str, Any]:
        """The kind of loss, and the names of the classes."""
        return {
            "problem_type": "multi_label_classification" if self.multi_label else "single_label_classification",
            "id2label": dict(enumerate(self.labels)),
            "label2id": {name: number for number, name in enumerate(self.labels)},
        }

    def settings(self, step: Train) -> dict[str, Any]:
        """The column that holds the class."""
        return {"label_names": ["labels"]}

    def trainer(self, job: Job) -> Trainer:
        """transformers' `Trainer`, with its loss for this kind of classification."""
        from transformers import DataCollatorWithPadding, Trainer, TrainingArguments

        arguments = TrainingArguments(**job.arguments, **self.settings(job.step))
        trainer = Trainer(**given(job, arguments), data_collator=DataCollatorWithPadding(job.tokenizer))
        return in_order(trainer, job)

    def classes(self, fields: Mapping[str, Any], answer: str) -> tuple[str, ...]:
        """The classes that a row is in, in the order of `labels`. Raises `CannotRun` for one that is none of them."""
        unfit = self.misfit(fields, answer)
        if unfit is not None:
            what, help = unfit
            raise CannotRun(f"a row {what}", help=help)
        named = self._named(fields, answer)
        return tuple(name for name in self.labels if name in named)

    def misfit(self, fields: Mapping[str, Any], answer: str) -> tuple[str, str] | None:
        """Rows of a class that is not named, or of none where there must be one."""
        named = self._named(fields, answer)
        strange = [each for each in named if each and each not in self.labels]
        if not strange and (self.multi_label or named[0]):
            return None
        if isinstance(label_of(fields), list) and not self.multi_label:
            return "with a list of labels", "write `multi_label = true`: a row may then be in several classes"
        known = ", ".join(self.labels)
        what = f"with the label {strange[0]!r}" if strange else "without a label"
        return what, f"the classes are {known}: add it to `labels`, or mend the rows"

    def _named(self, fields: Mapping[str, Any], answer: str) -> list[str]:
        said = label_of(fields)
        if not self.multi_label:
            return [answer.strip()]
        return [str(each) for each in said] if isinstance(said, list) else [each.strip() for each in answer.split(",")]

    def number(self, fields: Mapping[str, Any], answer: str) -> int | list[float]:
        """The class as a number, or a zero or one for each class."""
        found = self.classes(fields, answer)
        return [float(name in found) for name in self.labels] if self.multi_label else self.labels.index(found[0])


def _read(example: Example) -> list[int]:
    """The ids before the first token that trains: the answer must not be read."""
    [sequence] = example.sequences
    return split(sequence)[0]
