"""One way to call any causal language model on rows of unequal length."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

    from ftspec.evaluate.subjects import Subject

_NO_LIMIT = 1 << 30


@dataclass(frozen=True, slots=True)
class Padded:
    """Rows padded on the left: `ids`, `mask` and `positions` of shape (rows, width), positions from 0 in each row."""

    ids: Tensor
    mask: Tensor
    positions: Tensor


@dataclass(frozen=True)
class Caller:
    """A model and what its forward method understands."""

    subject: Subject

    def pad(self, rows: Sequence[Sequence[int]]) -> Padded:
        """The rows as tensors on the model's device."""
        import torch

        width = max(map(len, rows))
        fill = self.subject.tokenizer.pad.id
        ids = torch.tensor([[fill] * (width - len(row)) + list(row) for row in rows])
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in rows])
        positions = (mask.cumsum(1) - 1).clamp(min=0)
        return Padded(*(each.to(self.subject.device) for each in (ids, mask, positions)))

    def __call__(self, ids: Tensor, mask: Tensor, positions: Tensor, keep: int, **more: Any) -> Any:
        """The model's output; `logits` are those of the last `keep` places, or of all for models that give all."""
        # Virtual tokens shift every position: PEFT counts them itself, and rows are not padded then.
        counted = {} if self.learns_prompts else {"position_ids": positions}
        arguments = {**counted, "logits_to_keep": keep}
        known = {name: value for name, value in arguments.items() if name in self._parameters}
        return self.subject.model(input_ids=ids, attention_mask=mask, **known, **more)

    @cached_property
    def context(self) -> int:
        """The longest sequence in tokens; virtual tokens of an adapter take their part of it."""
        config = self.subject.model.config
        longest = getattr(config.get_text_config(), "max_position_embeddings", None) or _NO_LIMIT
        return int(longest) - self._virtual_tokens

    @cached_property
    def ends(self) -> frozenset[int]:
        """Every token that ends an answer: the model's own, and the end of turn that its chat template writes."""
        from ftspec.data.encoding import end_of_turn

        return end_of_turn(self.subject.tokenizer)[0]

    @property
    def learns_prompts(self) -> bool:
        """Whether an adapter puts virtual tokens before each row: rows must then not be padded."""
        return self._virtual_tokens > 0

    @property
    def pads(self) -> bool:
        """Whether rows of unequal length may share a batch."""
        return not self.learns_prompts and not self.is_stateful

    @cached_property
    def is_stateful(self) -> bool:
        """Whether the model carries a state from token to token (Mamba, Qwen 3.5) beside keys and values, or in place
        of them: padding would go through that state."""
        return bool(getattr(self._base, "_is_stateful", False))

    @cached_property
    def _virtual_tokens(self) -> int:
        adapter = getattr(self.subject.model, "active_peft_config", None)
        return int(adapter.num_virtual_tokens) if adapter is not None and adapter.is_prompt_learning else 0

    @cached_property
    def _parameters(self) -> frozenset[str]:
        return frozenset(inspect.signature(self._base.forward).parameters)

    @property
    def _base(self) -> Any:
        """The model below any adapter."""
        model: Any = self.subject.model
        return model.get_base_model() if hasattr(model, "get_base_model") else model
