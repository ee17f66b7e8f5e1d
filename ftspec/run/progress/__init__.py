"""What a person sees while a plan runs: events in, lines or a live display out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Protocol


@dataclass(frozen=True, slots=True)
class Point:
    """Training after one optimizer step."""

    id: str
    step: int
    steps: int
    loss: float
    learning_rate: float
    tokens_per_second: float
    """Real tokens, padding not counted, over the last steps."""

    memory_bytes: int
    seconds_left: float
    reward: float | None = None
    """What the last answers were worth, for objectives that learn from the model's own."""


class Progress(Protocol):
    """Told what happens, in order."""

    def step_started(self, id: str, kind: str) -> None:
        """A step of the plan begins."""

    def step_finished(self, id: str, kind: str, seconds: float, reused: bool, summary: str) -> None:
        """A step is done; `reused` when it was kept from earlier, `summary` says what came out."""

    def training(self, point: Point) -> None:
        """One optimizer step is done."""

    def validated(self, id: str, step: int, loss: float) -> None:
        """The loss on held-out rows was measured."""

    def checkpoint(self, id: str, step: int) -> None:
        """A state to go on from is on the disk."""

    def resumed(self, id: str, step: int) -> None:
        """Training goes on after this step, which an earlier process reached."""

    def measuring(self, what: str, done: int, total: int) -> None:
        """`done` of `total` rows of an observation are taken."""

    def measured(self, id: str, value: float | None, n: int, seconds: float, reused: bool) -> None:
        """A measurement is complete."""


class Silent:
    """Shows nothing."""

    def step_started(self, id: str, kind: str) -> None:
        """Nothing."""

    def step_finished(self, id: str, kind: str, seconds: float, reused: bool, summary: str) -> None:
        """Nothing."""

    def training(self, point: Point) -> None:
        """Nothing."""

    def validated(self, id: str, step: int, loss: float) -> None:
        """Nothing."""

    def checkpoint(self, id: str, step: int) -> None:
        """Nothing."""

    def resumed(self, id: str, step: int) -> None:
        """Nothing."""

    def measuring(self, what: str, done: int, total: int) -> None:
        """Nothing."""

    def measured(self, id: str, value: float | None, n: int, seconds: float, reused: bool) -> None:
        """Nothing."""


@contextmanager
def progress_for(stream: IO[str], quiet: bool = False) -> Iterator[Progress]:
    """The right display for a stream: live on a terminal, plain lines elsewhere, nothing when quiet."""
    if quiet:
        yield Silent()
    elif stream.isatty():
        from ftspec.run.progress.terminal import Terminal

        with Terminal(stream) as terminal:
            yield terminal
    else:
        from ftspec.run.progress.lines import Lines

        yield Lines(stream)
