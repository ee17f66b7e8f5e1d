"""`qlora(...)`: LoRA on a 4-bit model (Dettmers et al. 2023, arXiv:2305.14314)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ftspec.kinds.methods._peft import PeftMethod, without_start
from ftspec.kinds.methods._starts import start_from_quantization_error
from ftspec.kinds.methods.lora import Lora
from ftspec.plan.steps import Adaptation, CallRecord

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class QLora(Lora):
    """LoRA on a model whose frozen weights take four bits; the optimizer's state moves to the host when it must."""

    valid: ClassVar[tuple[str, ...]] = (
        "qlora()",
        "qlora(rank = 64, alpha = 16)",
        "qlora(quant_type = fp4, double = false)",
        "qlora(init = loftq)",
    )
    invalid: ClassVar[tuple[str, ...]] = ("qlora(bits = 4)", "qlora(quant_type = int8)", "qlora(init = pissa)")

    init: Literal["default", "gaussian", "orthogonal", "loftq"] = "default"  # type: ignore[assignment]
    """How the matrices start; the starts that rewrite the model's weights need them whole. LoftQ (arXiv:2310.08659)
    starts from the error of the quantization."""

    quant_type: Literal["nf4", "fp4"] = "nf4"
    """The four-bit number format."""

    double: bool = True
    """Quantize the quantization constants too."""

    @property
    def is_plain(self) -> bool:
        """Not where it starts from the quantization's error."""
        return self.init != "loftq" and super().is_plain

    def quantization(self) -> CallRecord:
        """Four bits, doubly quantized unless told otherwise."""
        return {"name": self.quant_type, "arguments": {"double": self.double}}

    def optimizer(self) -> CallRecord:
        """Paged 8-bit AdamW."""
        return {"name": "paged_adamw_8bit", "arguments": {"betas": [0.9, 0.999], "eps": 1e-8}}

    def apply(self, model: PreTrainedModel, adaptation: Adaptation) -> Any:
        """The model with its adapter; LoftQ compares with the weights on disk."""
        if self.init != "loftq":
            return super().apply(model, adaptation)
        adapted = PeftMethod.apply(self, model, without_start(adaptation))
        start_from_quantization_error(adapted, Path(model.name_or_path))
        return adapted
