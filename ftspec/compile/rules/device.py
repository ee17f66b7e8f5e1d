"""FT540: the device a spec names is in the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("hardware.gpu", "hardware.count", "hardware.nodes")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """A device that nobody knows, or in a number that it does not come in."""
    hardware = spec.hardware
    if hardware is None or hardware.gpu in (None, "cpu"):
        return
    from ftspec.plan.devices.catalogue import find_device

    found = find_device(hardware.gpu, hardware.count, hardware.nodes)
    if isinstance(found, Diagnostic):
        attribute = "gpu" if found.code.id == "FT540" else "count"
        yield replace(found, place=spec.place(f"hardware.{attribute}"))
