"""What several devices share out of a stage's state, and where it waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ftspec.compile.lower.draft import Chosen, Draft
from ftspec.spec.hardware import Hardware


@dataclass(frozen=True)
class Sharing:
    """One way to share out, and why."""

    sharding: str
    offload: bool
    reason: str

    @property
    def changes(self) -> dict[str, Any]:
        """The fields of a train step."""
        return {"sharding": self.sharding, "offload": self.offload}


_ALONE = Sharing("ddp", False, "every device holds the whole model, so only gradients are sent")
_SHARED = Sharing("fsdp", False, "the whole model does not fit one device")
_WAITING = Sharing("fsdp", True, "even shared out, the weights do not fit the devices")


def ways_to_share(draft: Draft, devices: int) -> tuple[Sharing, ...]:
    """What is tried, in order, until the stage fits: the least traffic first, and nothing that the spec rules out."""
    found = tuple(_all(draft.spec.hardware or Hardware(), devices, draft.facts.target.kind))
    return found or (_ALONE,)


def _all(hardware: Hardware, devices: int, kind: str) -> Iterator[Sharing]:
    several = (_ALONE, _SHARED, _WAITING) if devices > 1 and kind == "cuda" else (_ALONE,)
    named = hardware.sharding != "auto" or hardware.offload != "auto"
    if not named:
        yield from several
        return
    sharding = hardware.sharding if hardware.sharding != "auto" else "fsdp" if hardware.offload is True else "ddp"
    shares_weights = sharding in ("fsdp", "zero3")
    for offload in (False, True) if hardware.offload == "auto" and shares_weights else (hardware.offload is True,):
        yield Sharing(sharding, offload, _WAITING.reason if offload else "the spec names it")


def note_sharing(draft: Draft, devices: int, choice: Sharing) -> None:
    """Where the way came from, where there is something to choose."""
    hardware = draft.spec.hardware or Hardware()
    if devices == 1 and hardware == Hardware(**hardware.model_dump(exclude={"sharding", "offload"})):
        return
    for field, value in choice.changes.items():
        path = f"hardware.{field}"
        if getattr(hardware, field) == "auto":
            draft.chosen(path, Chosen(value, choice.reason))
        else:
            draft.said(path, value)
