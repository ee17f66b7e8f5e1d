"""What a plan takes: memory part by part, tokens, time, cost. Pure functions of the steps, the facts and the device."""

from __future__ import annotations

from ftspec.plan.resources.estimate import estimate
from ftspec.plan.resources.training import train_memory

__all__ = ["estimate", "train_memory"]
