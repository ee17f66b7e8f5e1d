"""What the methods have in common that learn something to put before each row and leave the model as it is."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.methods import Unfit
from ftspec.kinds.methods._peft import PeftMethod
from ftspec.plan.facts import ModelFacts
from ftspec.plan.heads import ATTENTION_FREE
from ftspec.plan.steps import Adaptation


class PromptMethod(PeftMethod):
    """Learns virtual tokens. They take room in the context, and cannot be merged into the weights."""

    config: ClassVar[str]
    """PEFT's config."""

    mergeable: ClassVar[bool] = False
    packs: ClassVar[bool] = False

    tokens: int = Field(default=20, ge=1)
    """How many virtual tokens stand before each row."""

    @property
    def virtual_tokens(self) -> int:
        """All of them."""
        return self.tokens

    def adaptation(self, facts: ModelFacts) -> Adaptation:
        """The virtual tokens and what makes them."""
        if self.tokens >= facts.context:
            message = f"{self.tokens} virtual tokens leave no room in a context of {facts.context}"
            raise Unfit(message, "learn fewer", "tokens")
        if facts.kind in ATTENTION_FREE:
            raise Unfit(f"PEFT puts no virtual tokens before {facts.architecture}, which has no heads", "use `lora()`")
        added = self.size(facts)
        arguments = {"num_virtual_tokens": self.tokens, **self.peft_arguments()}
        return Adaptation(
            trainable=added,
            added=added,
            modules=(),
            peft={"config": self.config, "arguments": arguments},
            note=f"{self.keyword()} of {self.tokens} virtual tokens",
        )

    @abstractmethod
    def size(self, facts: ModelFacts) -> int:
        """Trainable parameters."""

    def peft_arguments(self) -> dict[str, Any]:
        """The arguments of PEFT's config, the number of tokens aside."""
        return {}
