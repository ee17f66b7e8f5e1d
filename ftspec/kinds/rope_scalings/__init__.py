"""Rope scalings: how rotary positions are stretched, so that a model holds longer rows. One file a kind of scaling."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from ftspec.spec.kind import Kind


class RopeScaling(Kind):
    """How a model with rotary positions is made to hold rows that are `factor` times as long."""

    factor: float = Field(gt=1)
    """How many times as long the longest row becomes."""

    def stretched(self, context: int) -> int:
        """The longest row, in tokens, of a model that held `context`."""
        return int(context * self.factor)

    def parameters(self, context: int) -> dict[str, Any]:
        """What changes in `rope_parameters` of transformers' config, for a model that held `context` tokens."""
        return {"rope_type": self.keyword(), "factor": self.factor}
