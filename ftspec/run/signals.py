"""Ctrl-C and its like: training ends after the step it is in, with a checkpoint."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from ftspec.errors import Stopped

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_HELP = "run the same command again to go on from there"


class StoppedBy(Stopped):
    """Raised by a signal; knows which one, and the optimizer step that is kept."""

    def __init__(self, message: str, help: str, signal: str, step: int | None) -> None:
        super().__init__(message, help)
        self.signal = signal
        self.step = step


class Stopper:
    """Remembers that the run was asked to stop.

    While something that can stop by itself is at work (`patient`), a first signal is only remembered and a second one
    interrupts; at any other time a signal raises `Stopped` where the program stands.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._patient = False

    @property
    def asked(self) -> bool:
        """Whether a signal came."""
        return self.signal is not None

    def agree(self) -> None:
        """Called by training after each step, where several processes settle whether one of them was asked."""

    @contextmanager
    def patient(self) -> Iterator[None]:
        """For work that looks at `asked` and ends well by itself."""
        self._patient = True
        try:
            yield
        finally:
            self._patient = False

    def stopped(self, kept: str, step: int | None = None) -> StoppedBy:
        """The exception that ends the run; `kept` says what is on the disk."""
        name = self.signal.name if self.signal else "a signal"
        return StoppedBy(f"stopped by {name}: {kept}", _HELP, name, step)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        again = self.asked
        self.signal = signal.Signals(number)
        if again or not self._patient:
            raise self.stopped("finished steps are kept")


@contextmanager
def stopping() -> Iterator[Stopper]:
    """A stopper that listens, in the main thread; elsewhere signals are not ours to take."""
    stopper = Stopper()
    if threading.current_thread() is not threading.main_thread():
        yield stopper
        return
    before: dict[signal.Signals, Any] = {each: signal.signal(each, stopper._handle) for each in _SIGNALS}
    try:
        yield stopper
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
