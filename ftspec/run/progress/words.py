"""How figures are written in progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftspec.run.progress import Point

TITLES = {
    "fetch_model": "model",
    "prepare_data": "data",
    "generate": "write",
    "train": "train",
    "export": "export",
    "evaluate": "evaluate",
    "decide": "decide",
}
"""What each kind of step is called."""


def name(id: str) -> str:
    """`router` of `train.router`; steps without a name of their own have none."""
    return id.partition(".")[2]


def duration(seconds: float) -> str:
    """`0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"


def memory(size: int) -> str:
    """`0.84 GiB`."""
    return f"{size / 2**30:.2f} GiB"


def outcome(value: float | None) -> str:
    """A measured value, or that there is none."""
    return "no value" if value is None else f"{value:.4g}"


def learned(point: Point) -> str:
    """`loss 0.3741`, or what the model's own answers are worth: `reward 0.8125`."""
    return f"loss {point.loss:.4f}" if point.reward is None else f"reward {point.reward:.4f}"
