"""Arithmetic, traffic and launches of a piece of work, and how long a device takes for them.

A roofline (Williams, Waterman and Patterson 2009) with a third term: the time the processor takes to start an
operation, which decides for small models.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ftspec.plan.facts import Target


@dataclass(frozen=True)
class Work:
    """What has to be done."""

    flops: float = 0.0
    bytes: float = 0.0
    """Between the device and its memory."""

    launches: float = 0.0
    """Operations started."""

    def __add__(self, other: Work) -> Work:
        return Work(self.flops + other.flops, self.bytes + other.bytes, self.launches + other.launches)

    def times(self, count: float) -> Work:
        """The same work `count` times."""
        return Work(self.flops * count, self.bytes * count, self.launches * count)


@dataclass(frozen=True)
class Efficiency:
    """What a class of devices reaches of its data sheet in training with PyTorch."""

    compute: float
    bandwidth: float
    launch: float
    """Seconds to start one operation."""

    overlaps: bool
    """Whether the device computes while the next operation is being started."""


EFFICIENCY: Mapping[str, Efficiency] = {
    "cuda": Efficiency(compute=0.6, bandwidth=0.8, launch=8e-6, overlaps=True),
    "mps": Efficiency(compute=0.5, bandwidth=0.7, launch=2e-5, overlaps=True),
    "cpu": Efficiency(compute=0.85, bandwidth=0.7, launch=4e-5, overlaps=False),
}
"""cuda: 60 to 70 % of the dense bf16 rate in large products on A100 and H100, 80 % of the bandwidth in streaming
kernels; not measured by this project. cpu: against the rate of large products on one Zen 5 core, and set so that the
quickstart's 4-layer Llama comes out at the 4,500 (LoRA) and 5,400 (full) tokens a second measured on two of them."""


def seconds(work: Work, target: Target, precision: str) -> float:
    """How long one device takes."""
    known = EFFICIENCY.get(target.kind, EFFICIENCY["cpu"])
    busy = work.flops / (_rate(target, precision) * known.compute) + work.bytes / (target.bandwidth * known.bandwidth)
    starting = work.launches * known.launch
    return max(busy, starting) if known.overlaps else busy + starting


def _rate(target: Target, precision: str) -> float:
    return target.flops_fp32 if precision == "fp32" and target.flops_fp32 else target.flops
