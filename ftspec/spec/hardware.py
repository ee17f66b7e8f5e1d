"""`hardware { … }`: the device a plan is made for."""

from typing import Annotated, Literal

from pydantic import Field

from ftspec.spec.types import Auto, Bare, Frozen, Money


class Hardware(Frozen):
    """The device a plan is made for; by default what this machine has."""

    gpu: Annotated[str, Bare()] | None = None
    """A name of the catalogue (`rtx_4090`, `h100_sxm`), or `cpu`."""

    count: int = Field(default=1, ge=1)
    """Devices in each machine; where neither this nor `gpu` is named, all that this machine has."""

    nodes: int = Field(default=1, ge=1)
    """Machines."""

    sharding: Literal["ddp", "zero1", "zero2", "zero3", "fsdp"] | Auto = "auto"
    """What several devices share out of weights, gradients and optimizer state: nothing with `ddp`, all with `fsdp`."""

    offload: bool | Auto = "auto"
    """With `fsdp` or `zero3`: each device's share of the weights waits in the machine's own memory."""

    hourly_cost: Money | None = None
    """What one machine costs an hour; by default the catalogue's price."""
