"""`at(module, rank = ..., alpha = ...)`: a rank or an alpha of their own for some targets of LoRA."""

from __future__ import annotations

from typing import ClassVar, Self

from pydantic import Field, model_validator

from ftspec.kinds.patterns import Pattern


class At(Pattern):
    """Another rank or alpha for the targets whose names end in `module`."""

    positional: ClassVar[tuple[str, ...]] = ("module",)
    valid: ClassVar[tuple[str, ...]] = ("at(down_proj, rank = 32)", 'at("0.self_attn.q_proj", rank = 4, alpha = 8)')
    invalid: ClassVar[tuple[str, ...]] = ("at()", "at(down_proj)", "at(down_proj, rank = 0)")

    rank: int | None = Field(default=None, ge=1)
    """Their rank, where it differs."""

    alpha: float | None = Field(default=None, gt=0)
    """Their alpha, where it differs."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.rank is None and self.alpha is None:
            raise ValueError("name a rank or an alpha for it")
        return self
