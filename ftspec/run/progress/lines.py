"""Progress as plain lines, for logs: a line for each step of the plan, and training every few seconds."""

from __future__ import annotations

from time import monotonic
from typing import IO

from ftspec.run.progress import Point
from ftspec.run.progress.words import TITLES, duration, learned, memory, name, outcome

EVERY_SECONDS = 10.0


class Lines:
    """Writes one line at a time and never moves the cursor."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._last = 0.0

    def step_started(self, id: str, kind: str) -> None:
        """A line for the steps that take long; the others show when they are done."""
        self._last = 0.0
        if kind in ("generate", "train", "evaluate"):
            self._write(kind, name(id), "…")

    def step_finished(self, id: str, kind: str, seconds: float, reused: bool, summary: str) -> None:
        """What came out, and how long it took."""
        took = "kept from earlier" if reused else duration(seconds)
        self._write(kind, name(id), f"{summary}{' · ' if summary else ''}{took}")

    def training(self, point: Point) -> None:
        """Every ten seconds, and the last step."""
        if point.step < point.steps and monotonic() - self._last < EVERY_SECONDS:
            return
        self._last = monotonic()
        figures = f"step {point.step}/{point.steps} · {learned(point)} · {point.tokens_per_second:,.0f} tokens/s"
        left = f"{duration(point.seconds_left)} left · " if point.step < point.steps else ""
        self._write("train", name(point.id), f"{figures} · {left}{memory(point.memory_bytes)}")

    def validated(self, id: str, step: int, loss: float) -> None:
        """The loss on held-out rows."""
        self._write("train", name(id), f"step {step} · validation loss {loss:.4f}")

    def checkpoint(self, id: str, step: int) -> None:
        """Not shown: the record has it."""

    def resumed(self, id: str, step: int) -> None:
        """That training goes on, and from where."""
        self._write("train", name(id), f"goes on after step {step}")

    def measuring(self, what: str, done: int, total: int) -> None:
        """Every ten seconds."""
        if monotonic() - self._last >= EVERY_SECONDS:
            self._last = monotonic()
            self._write("evaluate", "", f"{what}: {done}/{total}")

    def measured(self, id: str, value: float | None, n: int, seconds: float, reused: bool) -> None:
        """The value."""
        took = "kept from earlier" if reused else duration(seconds)
        self._write("evaluate", "", f"{id} = {outcome(value)} · n {n} · {took}")

    def _write(self, kind: str, label: str, text: str) -> None:
        print(f"{TITLES[kind]:<9}{label + '  ' if label else ''}{text}", file=self._stream, flush=True)
