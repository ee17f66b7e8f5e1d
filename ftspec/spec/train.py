"""`train NAME { … }`: one stage of training."""

from typing import Annotated

from pydantic import Field

from ftspec.spec.kind import Kind
from ftspec.spec.model import Precision
from ftspec.spec.types import Auto, Frozen, Length, Of, StepCount, To, TokenCount, Use


class Train(Frozen):
    """One stage of training. What is `auto` is chosen for the device and the data; the plan says what and why."""

    data: Annotated[Use, To("data")]
    """The rows that train."""

    model: Annotated[str, To("model")] | None = None
    """The model it starts from; the only `model` block when there is one."""

    from_: Annotated[str, To("train")] | None = Field(default=None, alias="from")
    """An earlier stage whose result it starts from."""

    adapter_of: Annotated[str, To("train")] | None = None
    """An earlier stage whose adapter goes on training, rather than a new one on top of it."""

    validation: Annotated[Use, To("data")] | None = None
    """The rows that watch the training; by default the validation part of `data`."""

    objective: Annotated[Kind, Of("objectives")] | None = None
    """What is learned: `sft()` unless named."""

    method: Annotated[Kind, Of("methods")] | None = None
    """What is trained: `lora()` unless named; with `adapter_of`, what that stage trained."""

    length: Length = Field(default_factory=lambda: Length(count=3, unit="epochs"))
    """How long: `3 epochs`, `500 steps` or `2M tokens`."""

    learning_rate: Annotated[float, Field(gt=0, lt=10)] | Auto = "auto"
    """The peak rate; by default the one the method is known to work with."""

    scheduler: Annotated[Kind, Of("schedulers")] | None = None
    """How the rate moves: `cosine(warmup = 3%)` unless named."""

    optimizer: Annotated[Kind, Of("optimizers")] | None = None
    """`adamw()` unless the method brings its own."""

    batch_size: int = Field(default=16, ge=1)
    """Examples per optimizer step, over all devices."""

    micro_batch_size: Annotated[int, Field(ge=1)] | Auto = "auto"
    """Examples on one device at a time; the rest of the batch is accumulated."""

    max_length: Annotated[TokenCount, Field(ge=8)] | Auto = "auto"
    """Longest row in tokens; longer rows are cut. By default the longest row, up to what the model can hold."""

    packing: bool | Auto = "auto"
    """Put several rows into one sequence, each seeing only itself."""

    precision: Precision | Auto = "auto"
    """The number format of the computation."""

    gradient_checkpointing: bool | Auto = "auto"
    """Recompute activations in the backward pass: less memory, more time. By default only when memory asks for it."""

    weight_decay: float = Field(default=0.0, ge=0)
    """Decoupled weight decay."""

    max_grad_norm: float = Field(default=1.0, gt=0)
    """Gradients are scaled down to this norm."""

    seed: int = Field(default=0, ge=0)
    """Seeds the weights that are new, the order of rows and dropout."""

    checkpoint_every: StepCount | Auto = "auto"
    """Optimizer steps between checkpoints; by default about twenty in a run."""

    early_stopping: Annotated[Kind, Of("stoppings")] | None = None
    """Stop when the validation loss no longer falls: `early_stopping(patience = 3)`."""
