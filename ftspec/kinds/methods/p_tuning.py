"""`p_tuning(...)`: embeddings before each row, made by a small network (Liu et al. 2021, arXiv:2103.10385)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.methods._prompt import PromptMethod
from ftspec.plan.facts import ModelFacts


class PTuning(PromptMethod):
    """Learns the input embeddings of virtual tokens through a network of three layers, which is dropped afterwards."""

    config: ClassVar[str] = "PromptEncoderConfig"
    usual_learning_rate: ClassVar[float] = 1e-3
    usual_rates: ClassVar[tuple[float, float]] = (1e-5, 1e-1)
    valid: ClassVar[tuple[str, ...]] = ("p_tuning(tokens = 20)", "p_tuning(encoder = 128)")
    invalid: ClassVar[tuple[str, ...]] = ("p_tuning(tokens = 0)", "p_tuning(encoder = 0)")

    encoder: int = Field(default=128, ge=1)
    """The hidden width of the network."""

    @property
    def resumes(self) -> bool:
        """Not so: the network is dropped whenever its tokens are written down."""
        return False

    def size(self, facts: ModelFacts) -> int:
        """The network's input for every virtual token, and its three layers with their biases."""
        hidden, inner = facts.hidden, self.encoder
        network = (hidden + 1) * inner + (inner + 1) * inner + (inner + 1) * hidden
        return self.tokens * hidden + network

    def peft_arguments(self) -> dict[str, Any]:
        """Of `PromptEncoderConfig`."""
        return {"encoder_reparameterization_type": "MLP", "encoder_hidden_size": self.encoder}
