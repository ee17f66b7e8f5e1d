"""Selections: which of a model's own parameters train. One file a selection."""

from __future__ import annotations

from abc import abstractmethod

from ftspec.plan.facts import ModelFacts, Tensor
from ftspec.spec.kind import Kind


class Selection(Kind):
    """Which of a model's own parameters train."""

    @abstractmethod
    def tensors(self, facts: ModelFacts) -> tuple[Tensor, ...]:
        """The chosen tensors, in the model's order; none when the model has nothing of the kind."""
