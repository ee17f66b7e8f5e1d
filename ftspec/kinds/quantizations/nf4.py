"""`nf4(...)`: 4-bit NormalFloat (Dettmers et al. 2023, arXiv:2305.14314)."""

from __future__ import annotations

from typing import Any, ClassVar

from ftspec.kinds.quantizations import Quantization


class Nf4(Quantization):
    """Four bits whose values are the quantiles of a normal distribution, in blocks of 64, by bitsandbytes."""

    valid: ClassVar[tuple[str, ...]] = ("nf4()", "nf4(double = true)", "nf4(double = false)")
    invalid: ClassVar[tuple[str, ...]] = ("nf4(bits = 8)", "nf4(double = 2)")

    double: bool = True
    """Quantize the constants of the blocks too: 0.37 bits a weight less."""

    @property
    def bits(self) -> float:
        """Four bits, and the constants of blocks of 64: one fp32 each, or one int8 with an fp32 for 256 of them."""
        return 4 + (8 / 64 + 32 / (64 * 256) if self.double else 32 / 64)

    def config(self) -> dict[str, Any]:
        """Of `BitsAndBytesConfig`; the loader adds the number format of the computation."""
        return {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4", "bnb_4bit_use_double_quant": self.double}
