"""Bytes of number formats, of quantized weights and of optimizer states."""

from __future__ import annotations

from collections.abc import Mapping

from ftspec.plan.steps import CallRecord

BYTES: Mapping[str, int] = {"fp32": 4, "bf16": 2, "fp16": 2}

DTYPE_BYTES: Mapping[str, int] = {"float64": 8, "float32": 4, "bfloat16": 2, "float16": 2}
"""Of the formats that weights are stored in."""

QUANTIZED_BITS: Mapping[tuple[str, bool], float] = {
    ("nf4", True): 4 + 8 / 64 + 32 / (64 * 256),
    ("nf4", False): 4 + 32 / 64,
    ("fp4", True): 4 + 8 / 64 + 32 / (64 * 256),
    ("fp4", False): 4 + 32 / 64,
    ("int8", True): 8 + 32 / 4096,
    ("int8", False): 8 + 32 / 4096,
}
"""Bits of one linear weight with its share of the constants. QLoRA (Dettmers et al. 2023, section 3): blocks of 64
with one fp32 constant each; double quantization stores these in 8 bits, with one fp32 for 256 of them: 4.127 bits."""

STORED_BITS: Mapping[str, float] = {"gptq": 4.25, "awq": 4.25, "bitsandbytes": 4 + 8 / 64 + 32 / (64 * 256)}
"""Of weights that a publisher has quantized already: 4 bits in groups of 128 with a scale and a zero point each."""

STATE_BYTES: Mapping[str, float] = {
    "adamw": 8.0,
    "adamw_8bit": 2.0,
    "paged_adamw_8bit": 2.0,
    "paged_adamw_32bit": 8.0,
    "lion": 4.0,
    "adafactor": 0.02,
    "sgd": 4.0,
}
"""Bytes of optimizer state for one trainable fp32 parameter, as `ftspec/kinds/optimizers` says (held by a test)."""

_ADAM = 8.0


def linear_bits(quantization: CallRecord | None, stored: str | None, precision: str) -> float:
    """Bits of one weight of a linear module inside the layers."""
    if quantization is not None:
        double = bool(quantization["arguments"].get("double", True))
        return QUANTIZED_BITS.get((str(quantization["name"]), double), 8.0 * BYTES[precision])
    if stored is not None:
        return STORED_BITS.get(stored, 8.0)
    return 8.0 * BYTES[precision]


def state_bytes(optimizer: CallRecord) -> float:
    """Bytes of optimizer state for one trainable parameter; Adam's two moments for an optimizer not known here."""
    return STATE_BYTES.get(str(optimizer["name"]), _ADAM)


def is_paged(optimizer: CallRecord) -> bool:
    """Whether the state may leave the device while activations need the room (NVIDIA unified memory)."""
    return str(optimizer["name"]).startswith("paged_")
