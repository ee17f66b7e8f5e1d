"""What this machine has, found without torch."""

from __future__ import annotations

from ftspec.plan.devices.cpu import detect_cpu
from ftspec.plan.devices.nvidia import detect_nvidia
from ftspec.plan.devices.pace import with_pace
from ftspec.plan.facts import Target


def detect() -> Target:
    """The NVIDIA devices of this machine where there are any, else its processor; with the pace of its past runs."""
    return with_pace(detect_nvidia() or detect_cpu())
