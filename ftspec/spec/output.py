"""`output { … }`: what is kept of a trained model."""

from typing import Annotated, Literal

from ftspec.spec.kind import Kind
from ftspec.spec.types import Frozen, Of


class Output(Frozen):
    """What is kept. The artefact that ships is the one the gates score, reloaded from disk."""

    adapter: bool | None = None
    """Keep the adapter on its base. By default true for methods that have one."""

    merge: bool = False
    """Merge the adapter into the base and ship whole weights."""

    quantization: Annotated[Kind, Of("quantizations")] | None = None
    """Ship whole weights stored in fewer bits: `int8()`, `nf4()`. An adapter is merged first."""

    gguf: str | None = None
    """Also write a GGUF file of this quantization (`"q4_k_m"`), with llama.cpp's converter."""

    push: Annotated[Kind, Of("destinations")] | None = None
    """Where the model goes when it passes: `hub("org/name", private = true)`."""

    card: bool = True
    """Write a model card."""

    ship_on: Literal["pass", "always"] = "pass"
    """When the artefact counts as shippable."""
