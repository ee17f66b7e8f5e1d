"""How many parameters a model has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ftspec.kinds.metrics import Size

if TYPE_CHECKING:
    from ftspec.evaluate.subjects import Subject


def observe(subject: Subject) -> Sequence[Size]:
    """One `Size`. A 4-bit weight is stored two to a byte, and counts as the numbers that it stands for."""
    model: Any = subject.model
    sizes = {id(each): _numbers(each) for each in model.parameters()}
    return [Size("model", sum(sizes.values()))]


def _numbers(parameter: Any) -> int:
    state = getattr(parameter, "quant_state", None)
    return int(state.shape.numel() if state is not None else parameter.numel())
