"""The most memory in use since a model was opened."""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ftspec.kinds.metrics import Peak

if TYPE_CHECKING:
    from ftspec.evaluate.subjects import Subject

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def start(subject: Subject) -> None:
    """Forget earlier peaks."""
    if subject.device.type == "cuda":
        import torch

        torch.cuda.reset_peak_memory_stats(subject.device)
    elif _CLEAR.exists():
        # 5 resets the peak of the resident memory (proc(5)); elsewhere the peak is that of the whole process.
        _CLEAR.write_text("5")


def observe(subject: Subject) -> Sequence[Peak]:
    """One `Peak`."""
    return [Peak("model", _peak(subject))]


def _peak(subject: Subject) -> int:
    if subject.device.type == "cuda":
        import torch

        return int(torch.cuda.max_memory_allocated(subject.device))
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
