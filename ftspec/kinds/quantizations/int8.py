"""`int8(...)`: LLM.int8() (Dettmers et al. 2022, arXiv:2208.07339)."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from ftspec.kinds.quantizations import Quantization


class Int8(Quantization):
    """Eight bits with one constant a row; columns with outliers are computed in 16 bits, by bitsandbytes."""

    valid: ClassVar[tuple[str, ...]] = ("int8()", "int8(threshold = 0)")
    invalid: ClassVar[tuple[str, ...]] = ("int8(double = true)", "int8(threshold = -1)")

    threshold: float = Field(default=6.0, ge=0)
    """The size from which an activation is an outlier; 0 switches the split off."""

    @property
    def bits(self) -> float:
        """Eight bits and an fp32 constant for a row of, typically, 4096 weights."""
        return 8 + 32 / 4096

    def config(self) -> dict[str, Any]:
        """Of `BitsAndBytesConfig`."""
        return {"load_in_8bit": True, "llm_int8_threshold": self.threshold}
