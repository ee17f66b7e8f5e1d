"""What this machine has, found without torch."""

from __future__ import annotations

from ftspec.plan.devices.catalogue import no_devices
from ftspec.plan.devices.cpu import detect_cpu
from ftspec.plan.devices.nvidia import detect_nvidia
from ftspec.plan.devices.pace import with_pace
from ftspec.plan.facts import Target
from ftspec.text.diagnostic import Diagnostic


def detect(count: int | None = None, nodes: int = 1) -> Target | Diagnostic:
    """The NVIDIA devices of this machine where there are any, else its processor; with the pace of its past runs.

    `count`: how many devices, by default all there are; of the processor, how many processes share it. Whether there
    are so many is asked when a plan runs. A diagnostic for none.
    """
    if (none := no_devices(1 if count is None else count, nodes)) is not None:
        return none
    found = detect_nvidia(count) or detect_cpu().model_copy(update={"count": count or 1})
    return with_pace(found.model_copy(update={"nodes": nodes}))


def here() -> Target:
    """All that this machine has."""
    found = detect()
    assert isinstance(found, Target)
    return found
