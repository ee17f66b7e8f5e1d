"""Memory in use: of the GPU where there is one, else of the process."""

from __future__ import annotations

import sys

_elsewhere = [0]
"""The peaks of processes that trained for this one."""


def heard(size: int) -> None:
    """Another process, which trained for this one, held that many bytes."""
    _elsewhere.append(size)


def used() -> int:
    """Bytes now."""
    if _on_gpu():
        import torch

        return int(torch.cuda.memory_reserved())
    import psutil  # type: ignore[import-untyped]

    return int(psutil.Process().memory_info().rss)


def peak() -> int:
    """The most bytes so far in this process, or in one that trained for it."""
    return max(_own_peak(), *_elsewhere)


def _own_peak() -> int:
    if _on_gpu():
        import torch

        return int(torch.cuda.max_memory_reserved())
    try:
        import resource
    except ImportError:  # Windows
        import psutil

        return int(psutil.Process().memory_info().peak_wset)
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _on_gpu() -> bool:
    """Whether torch is in use here and has a GPU initialised; asking must not import it."""
    torch = sys.modules.get("torch")
    return torch is not None and torch.cuda.is_initialized()
