"""`prefix_tuning(...)`: learned keys and values before each row (Li and Liang 2021, arXiv:2101.00190)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._prompt import PromptMethod
from ftspec.plan.facts import ModelFacts
from ftspec.plan.heads import is_stateful
from ftspec.plan.steps import Adaptation


class PrefixTuning(PromptMethod):
    """Learns the keys and values of virtual tokens in every layer."""

    config: ClassVar[str] = "PrefixTuningConfig"
    recomputes: ClassVar[bool] = False
    usual_learning_rate: ClassVar[float] = 1e-2
    usual_rates: ClassVar[tuple[float, float]] = (1e-4, 1.0)
    valid: ClassVar[tuple[str, ...]] = ("prefix_tuning(tokens = 20)", "prefix_tuning(projection = 64)")
    invalid: ClassVar[tuple[str, ...]] = ("prefix_tuning(tokens = 0)", "prefix_tuning(rank = 8)")

    projection: int | None = Field(default=None, ge=1)
    """The hidden width of a network that makes the prefix while it trains; by default it is learned as it is."""

    @property
    def resumes(self) -> bool:
        """Not with a network, which is dropped whenever its prefix is written down."""
        return self.projection is None

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """The prefix. Raises `Unfit` for models whose layers do not all hold keys and values."""
        if is_stateful(facts):
            message = f"{facts.architecture} carries a state from token to token, and has no keys and values to learn"
            raise Unfit(message, "use `prompt_tuning()`, or `lora()`")
        return super().adaptation(facts)

    def size(self, facts: ModelFacts) -> int:
        """Keys and values for every layer and virtual token; with a network, its embedding and its two matrices."""
        width = facts.kv_heads * facts.head_dim
        made = facts.layers * 2 * width
        if self.projection is None:
            return self.tokens * made
        network = (width + 1) * self.projection + (self.projection + 1) * made
        return self.tokens * width + network

    def peft_arguments(self) -> dict[str, Any]:
        """Of `PrefixTuningConfig`."""
        return {"prefix_projection": self.projection is not None, "encoder_hidden_size": self.projection}
