"""What a run leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftspec.evaluate.results import Verdict


@dataclass(frozen=True)
class RunResult:
    """A finished run."""

    folder: Path
    """The run directory."""

    verdict: Verdict | None
    """None for a run that was to end before the gates."""

    seconds: float
    """Wall time of this process; steps that were kept from earlier took none of it."""

    peak_memory_bytes: int
    whole: bool = True
    """Whether this process did all of it, so that its time can be held against the plan's."""
