"""The device a plan is made for: what this machine has, or one of a catalogue."""

from __future__ import annotations

from ftspec.plan.devices.allocator import keep_allocations_apart, large_block
from ftspec.plan.devices.catalogue import device_names, find_device
from ftspec.plan.devices.detect import detect, here
from ftspec.plan.devices.pace import remember_pace

__all__ = ["detect", "device_names", "find_device", "here", "keep_allocations_apart", "large_block", "remember_pace"]
