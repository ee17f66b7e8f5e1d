"""Models that are in memory beside the one that trains, and are only read: reward models, teachers, writers, judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ftspec.plan.facts import Facts, ModelFacts
from ftspec.plan.resources.roles import targets_in_a_layer
from ftspec.plan.resources.weights import weight_bytes
from ftspec.plan.steps import CallRecord, FetchModel, Step, Train

_FP32 = 4


@dataclass(frozen=True)
class Other:
    """One such model."""

    facts: ModelFacts
    precision: str
    quantization: CallRecord | None
    adapter: int
    """Parameters of the adapter that it carries."""

    adapters: int
    """Modules of one layer that carry it."""

    scores: bool
    """Whether it gives a number for a text, as reward models do."""

    @property
    def bytes(self) -> int:
        """Its weights; an adapter is kept in fp32."""
        return weight_bytes(self.facts, self.precision, self.quantization) + self.adapter * _FP32


def others_in(labels: Sequence[str], steps: Sequence[Step], facts: Facts) -> tuple[Other, ...]:
    """The models behind labels of trains and `model` blocks, or behind the ids of their steps."""
    return tuple(_found(labels, steps, lambda model: facts.models[model]))


def _found(labels: Sequence[str], steps: Sequence[Step], facts: Callable[[str], ModelFacts]) -> Iterator[Other]:
    trains = {step.id: step for step in steps if isinstance(step, Train)}
    models = {step.id: step for step in steps if isinstance(step, FetchModel)}
    for label in labels:
        name = label.removeprefix("train.").removeprefix("model.")
        train = None if label.startswith("model.") else trains.get(f"train.{name}")
        model = models.get(train.model if train else f"model.{name}")
        if model is not None:
            yield Other(
                facts=facts(model.id.removeprefix("model.")),
                precision=model.precision,
                quantization=model.quantization,
                adapter=train.adaptation.added if train and train.adaptation.peft else 0,
                adapters=_carrying(train, facts(model.id.removeprefix("model."))) if train else 0,
                scores=train is not None and str(train.objective["name"]) == "reward",
            )


def _carrying(train: Train, facts: ModelFacts) -> int:
    """Modules of one layer that carry the adapter of a stage."""
    return sum(targets_in_a_layer(facts, train.adaptation).values()) if train.adaptation.peft else 0
