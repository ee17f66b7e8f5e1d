"""`last(n)`: the layers nearest to the output."""

from __future__ import annotations

import re
from typing import ClassVar

from pydantic import Field

from ftspec.kinds.methods import Unfit
from ftspec.kinds.selections import Selection
from ftspec.plan.facts import ModelFacts, Tensor

_LAYER = re.compile(r"^(.*?\.)?(\d+)\.")
"""The first number in a name is the layer's: `model.layers.3.mlp.up_proj.weight`."""


class Last(Selection):
    """The `layers` layers nearest to the output. Norms, embeddings and the head outside the layers stay frozen."""

    positional: ClassVar[tuple[str, ...]] = ("layers",)
    valid: ClassVar[tuple[str, ...]] = ("last(4)", "last(layers = 1)")
    invalid: ClassVar[tuple[str, ...]] = ("last()", "last(0)", "last(1, 2)")

    layers: int = Field(ge=1)
    """How many layers."""

    def tensors(self, facts: ModelFacts) -> tuple[Tensor, ...]:
        """Every tensor of the chosen layers. Raises `Unfit` where there are fewer."""
        first = facts.layers - self.layers
        if first < 0:
            message = f"{facts.architecture} has {facts.layers} layers, and not {self.layers}"
            raise Unfit(message, f"write `last({facts.layers})` for all of them, or fewer", "train")
        return tuple(tensor for tensor in facts.tensors if _layer(tensor) >= first)


def _layer(tensor: Tensor) -> int:
    """The number of the tensor's layer, -1 outside the layers."""
    match = _LAYER.match(tensor.name)
    return int(match[2]) if match else -1
