"""The device a plan is made for, and what was measured on it."""

from ftspec.spec.types import Frozen


class Target(Frozen):
    """The device a plan is made for."""

    name: str
    """`cpu`, or a catalogue name such as `h100_sxm`."""

    kind: str
    """`cpu` or `cuda`."""

    title: str
    """For people: `cpu, 2 cores, 23 GiB`."""

    memory_bytes: int
    """Memory of one device."""

    count: int = 1
    nodes: int = 1
    cores: int = 1
    bf16: bool = False
    """Whether bf16 arithmetic is native."""

    flops: float
    """Dense floating point operations a second of one device in the precision it is used in."""

    bandwidth: float
    """Bytes a second between the device and its memory."""

    hourly_cost: float | None = None
    """USD an hour for one machine."""

    price_source: str | None = None
    """Where the price comes from: a list price of the catalogue with its date, or `spec`."""

    flops_fp32: float | None = None
    """The same rate in plain fp32, where that differs."""

    link: float | None = None
    """Bytes a second from one device to a neighbour, one way; None where it is not known."""

    pace: float | None = None
    """Measured against reckoned time of the finished runs on this very machine; None where there are none."""

    pace_runs: int = 0
    """How many runs that rests on."""

    pace_spread: tuple[float, float] = (1.0, 1.0)
    """The least and the most of them, as shares of the pace."""

    pace_quiet: bool = True
    """Whether these runs had the machine to themselves."""


class Probe(Frozen):
    """What a few training steps of a stage at its longest batch took on a device."""

    device: str
    """The target's title."""

    peak_bytes: int
    step_seconds: float
    """One optimizer step."""
