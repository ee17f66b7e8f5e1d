"""What several devices share out of a model's state: DDP, the stages of ZeRO, FSDP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ftspec.plan.facts import ModelFacts
from ftspec.plan.resources.numbers import BYTES
from ftspec.plan.resources.weights import tensor_bytes
from ftspec.plan.steps import CallRecord

Kind = Literal["ddp", "zero1", "zero2", "zero3", "fsdp"]

_SHARED: Mapping[Kind, frozenset[str]] = {
    "ddp": frozenset(),
    "zero1": frozenset({"optimizer"}),
    "zero2": frozenset({"optimizer", "gradients"}),
    "zero3": frozenset({"optimizer", "gradients", "weights", "adapter"}),
    "fsdp": frozenset({"optimizer", "gradients", "weights", "adapter"}),
}
"""What each device keeps only its part of: ZeRO (Rajbhandari et al. 2020), section 3; FSDP (Zhao et al. 2023)."""


@dataclass(frozen=True)
class Sharding:
    """How state is shared out over `devices`."""

    kind: Kind = "ddp"
    devices: int = 1
    offload: bool = False
    """Whether each device's share of the weights waits in the machine's own memory until it is gathered."""

    def share(self, part: str, size: int) -> int:
        """Bytes of a part on one device."""
        if self.offload and part in _SHARED[self.kind]:
            return 0
        return -(-size // self.devices) if part in _SHARED[self.kind] else size

    def gathered(self, facts: ModelFacts, precision: str, quantization: CallRecord | None) -> int:
        """Weights that are whole for a while: two layers, or one beside the larger of embedding and head.

        Layers and embedding are units of their own, and the head is what is left: one is gathered while the one
        before it is at work.
        """
        if "weights" not in _SHARED[self.kind] or (self.devices == 1 and not self.offload):
            return 0
        one = sum(tensor_bytes(tensor, facts, precision, quantization) for tensor in facts.first_layer)
        return one + max(one, facts.largest_outside * BYTES[precision])


ALONE = Sharding()
