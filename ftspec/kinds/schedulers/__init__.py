"""Schedulers: how the learning rate moves. One file a scheduler."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from ftspec.spec.kind import Kind
from ftspec.spec.types import Share


class Scheduler(Kind):
    """How the learning rate moves over the optimizer steps."""

    warmup: Share = 0.03
    """The share of the steps in which the rate rises from zero to its peak."""

    @abstractmethod
    def training_arguments(self, steps: int) -> dict[str, Any]:
        """The keyword arguments of `transformers.TrainingArguments` that select it for `steps`, warm-up aside."""
