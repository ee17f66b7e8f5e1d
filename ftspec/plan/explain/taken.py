"""What a run took beside what its plan said."""

from __future__ import annotations

from typing import Protocol

from ftspec.plan.explain.resources import time_title
from ftspec.plan.explain.words import duration, size_of
from ftspec.plan.plan import Resources


class Taken(Protocol):
    """A finished run."""

    @property
    def seconds(self) -> float:
        """Wall time of its last process."""

    @property
    def peak_memory_bytes(self) -> int:
        """The most that it held."""

    @property
    def whole(self) -> bool:
        """Whether that process did all of it."""


def took(run: Taken, planned: Resources) -> str:
    """`took 41 s, planned about 40 s · held 412 MiB, planned 398 MiB`."""
    time = f"took {duration(run.seconds)}, " + (
        f"planned {time_title(planned)}" if run.whole else "the rest kept from earlier"
    )
    memory = f"held {size_of(run.peak_memory_bytes)}, planned {size_of(planned.memory.total_bytes)}"
    return f"{time} · {memory}"
