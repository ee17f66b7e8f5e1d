"""`output { … }`: what is kept of a trained model."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator

from ftspec.spec.kind import Kind
from ftspec.spec.types import Frozen, Of

_GGUF = re.compile(r"(f32|f16|bf16|i?q[1-8](_[0-9]|_k|_k_[sml]|_xxs|_xs|_s|_m|_nl)?|tq[12]_0|mxfp4_moe)", re.IGNORECASE)


def _quantization(name: str) -> str:
    """One of llama.cpp's types."""
    if not _GGUF.fullmatch(name):
        raise ValueError("it is no type of llama.cpp, such as `q4_k_m`, `q8_0` or `f16`")
    return name


class Output(Frozen):
    """What is kept. The artefact that ships is the one the gates score, reloaded from disk."""

    adapter: bool | None = None
    """Keep the adapter on its base. By default true for methods that have one, unless whole weights are asked for.

    With `merge` or `quantization` both ship, the whole weights in `model/merged`, and each is held against every rule.
    """

    merge: bool = False
    """Merge the adapter into the base and ship whole weights. They must answer as the adapter does."""

    quantization: Annotated[Kind, Of("quantizations")] | None = None
    """Ship whole weights stored in fewer bits: `int8()`, `nf4()`. An adapter is merged first."""

    gguf: Annotated[str, AfterValidator(_quantization)] | None = None
    """Also write a GGUF file of this quantization (`"q4_k_m"`) into `model/gguf`, with llama.cpp's converter.

    transformers reads it back and every rule is held against its weights; they must answer as the trained model does.
    llama.cpp's own tokenizer and kernels are no part of that. Needs the `gguf` extra.
    """

    push: Annotated[Kind, Of("destinations")] | None = None
    """Where the model goes when it passes: `hub("org/name", private = true)`."""

    card: bool = True
    """Write a model card."""

    ship_on: Literal["pass", "always"] = "pass"
    """When the artefact may go out: with a passing verdict, or in any case, which its card then says."""
