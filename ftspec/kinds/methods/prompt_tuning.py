"""`prompt_tuning(...)`: learned embeddings before each row (Lester et al. 2021, arXiv:2104.08691)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from ftspec.kinds.methods._peft import peft_config
from ftspec.kinds.methods._prompt import PromptMethod
from ftspec.plan.facts import ModelFacts
from ftspec.plan.steps import Adaptation

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class PromptTuning(PromptMethod):
    """Learns the input embeddings of virtual tokens."""

    config: ClassVar[str] = "PromptTuningConfig"
    usual_learning_rate: ClassVar[float] = 3e-2
    usual_rates: ClassVar[tuple[float, float]] = (1e-3, 1.0)
    valid: ClassVar[tuple[str, ...]] = (
        "prompt_tuning(tokens = 20)",
        'prompt_tuning(tokens = 12, init = "Answer with one queue: billing, technical or general.")',
    )
    invalid: ClassVar[tuple[str, ...]] = (
        "prompt_tuning(tokens = 0)",
        "prompt_tuning(rank = 8)",
        'prompt_tuning(init = "")',
    )

    init: str | None = Field(default=None, min_length=1)
    """A text whose embeddings the virtual tokens start from, repeated or cut to their number; by default at random."""

    def size(self, facts: ModelFacts) -> int:
        """An embedding for every virtual token."""
        return self.tokens * facts.hidden

    def peft_arguments(self) -> dict[str, Any]:
        """Of `PromptTuningConfig`."""
        if self.init is None:
            return {"prompt_tuning_init": "RANDOM"}
        return {"prompt_tuning_init": "TEXT", "prompt_tuning_init_text": self.init}

    def apply(self, model: PreTrainedModel, adaptation: Adaptation) -> Any:
        """The model with its virtual tokens; a text is read with the tokenizer beside the weights."""
        from peft import get_peft_model

        place = {} if self.init is None else {"tokenizer_name_or_path": model.name_or_path}
        return get_peft_model(model, peft_config(model, adaptation, **place))
