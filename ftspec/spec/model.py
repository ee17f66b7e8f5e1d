"""`model NAME { … }`: the weights a training starts from."""

from typing import Annotated, Literal

from ftspec.spec.kind import Kind
from ftspec.spec.types import AsGiven, Auto, FilePath, Frozen, Of

Precision = Literal["fp32", "bf16", "fp16"]


class Vocabulary(Frozen):
    """Changes to the tokenizer's vocabulary."""

    add: FilePath
    """A text file with one new token a line. Their embeddings start as the mean of those that stood for them, and
    train. Who loads the adapter elsewhere resizes the base model's embeddings to the tokenizer beside it first."""


class Model(Frozen):
    """A base model."""

    source: Annotated[Kind, Of("model_sources")]
    """Where the weights are: `hub("org/name", revision = "…")` or `path("dir")`."""

    quantization: Annotated[Kind, Of("quantizations")] | None = None
    """How the frozen weights are stored: `nf4(double = true)`, `int8()`."""

    precision: Precision | Auto = "auto"
    """The number format the model computes in; by default bf16 where the device has it, else fp32."""

    rope_scaling: Annotated[Kind, Of("rope_scalings")] | None = None
    """How rotary positions are stretched for longer rows: `linear(factor = 4)`, `yarn(factor = 4)`. An adapter alone
    does not carry it: with `merge = true` it stands in the config of what ships."""

    chat_template: FilePath | None = None
    """A Jinja file that replaces the tokenizer's chat template."""

    vocabulary: Annotated[Vocabulary, AsGiven()] | None = None
    """Domain terms to add to the tokenizer."""
