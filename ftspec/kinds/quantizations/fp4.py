"""`fp4(...)`: 4-bit floating point (Dettmers and Zettlemoyer 2023, arXiv:2212.09720)."""

from __future__ import annotations

from typing import Any, ClassVar

from ftspec.kinds.quantizations import Quantization


class Fp4(Quantization):
    """Four-bit floats in blocks of 64, by bitsandbytes."""

    valid: ClassVar[tuple[str, ...]] = ("fp4()", "fp4(double = true)", "fp4(double = false)")
    invalid: ClassVar[tuple[str, ...]] = ("fp4(bits = 8)", "fp4(double = 2)")

    double: bool = True
    """Quantize the constants of the blocks too: 0.37 bits a weight less."""

    @property
    def bits(self) -> float:
        """Four bits, and the constants of blocks of 64: one fp32 each, or one int8 with an fp32 for 256 of them."""
        return 4 + (8 / 64 + 32 / (64 * 256) if self.double else 32 / 64)

    def config(self) -> dict[str, Any]:
        """Of `BitsAndBytesConfig`; the loader adds the number format of the computation."""
        return {"load_in_4bit": True, "bnb_4bit_quant_type": "fp4", "bnb_4bit_use_double_quant": self.double}
