"""What a plan takes: memory part by part, tokens, time, cost. Pure functions of the steps, the facts and the device."""

from __future__ import annotations

from ftspec.plan.plan import Way
from ftspec.plan.resources.estimate import Estimate, estimate
from ftspec.plan.resources.sharding import Sharding
from ftspec.plan.resources.training import train_memory
from ftspec.plan.resources.ways import ways_to_fit

__all__ = ["Estimate", "Sharding", "Way", "estimate", "train_memory", "ways_to_fit"]
