"""Optimizers. One file an optimizer."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Any, ClassVar

from pydantic import Field

from ftspec.spec.kind import Kind

Beta = Annotated[float, Field(ge=0, lt=1)]
"""The share of a running mean that one step keeps."""


class Optimizer(Kind):
    """How gradients become updates."""

    state_bytes: ClassVar[float]
    """Bytes of state for one trainable parameter, beside weight and gradient."""

    needs_cuda: ClassVar[bool] = False

    @abstractmethod
    def training_arguments(self) -> dict[str, Any]:
        """The keyword arguments of `transformers.TrainingArguments` that select it: `optim`, `adam_beta1`, …"""
