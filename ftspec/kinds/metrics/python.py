"""`python(tickets.test, file = "metrics/polite.py")`: a metric of your own, a score for each answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from ftspec.kinds.metrics import Answer, Metric, Need, NotComputable
from ftspec.kinds.metrics._means import mean, some
from ftspec.spec.types import FilePath

if TYPE_CHECKING:
    from numpy import ndarray

    from ftspec.kinds.metrics import Columns


_PATIENCE = 60.0
"""Seconds for one answer."""


class _TooLong(BaseException):
    """Raised into a function that does not end; the user's own `except Exception` does not hold it up."""


@contextmanager
def _patience(seconds: float) -> Iterator[None]:
    """A bound on what runs inside, where the system has timers and this is the main thread."""
    import signal
    import threading

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Python(Metric):
    """The mean of what a function of your own gives for each answer: a number from 0 to 1, better when higher.

    The file defines `score(prompt: str, expected: str, given: str) -> float`, and `function` names another one. It is
    run only with `--allow-code`; the plan holds its hash, and a file that was changed since is refused. An answer that
    takes more than a minute has no score.
    """

    direction = "higher"
    ratio = True
    need = Need.ANSWERS
    paths = ("file",)
    runs_code = True
    valid = ('python(tickets.test, file = "metrics/polite.py")',)
    invalid = ("python(tickets.test)", 'python(tickets.test, file = "polite.py", function = "1x")')

    file: FilePath
    """The Python file."""

    function: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")] = "score"
    """The function in it."""

    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    """The hash that the file must have; filled in when the spec is compiled."""

    def columns(self, observations: Sequence[Answer]) -> Columns:
        """`score` of each answer."""
        import numpy as np

        function = self._function()
        return {"score": np.array([self._score(function, answer) for answer in some(observations)], dtype=float)}

    def statistic(self, columns: Columns, weights: ndarray) -> ndarray:
        """The weighted mean."""
        return mean(columns["score"], weights)

    def _function(self) -> Callable[[str, str, str], Any]:
        import hashlib

        path = Path(self.file)
        try:
            source = path.read_bytes()
        except OSError as error:
            raise NotComputable(f"{path.name} cannot be read: {error.strerror}") from error
        if self.sha256 and hashlib.sha256(source).hexdigest() != self.sha256:
            raise NotComputable(f"{path.name} was changed after the plan was made: compile the spec again")
        names: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
        try:
            exec(compile(source, str(path), "exec"), names)
        except (Exception, SystemExit) as error:
            # The user's code may fail in any way, and none of them is a score.
            raise NotComputable(f"{path.name} fails: {type(error).__name__}: {error}") from error
        function = names.get(self.function)
        if not callable(function):
            raise NotComputable(f"{path.name} defines no function {self.function!r}")
        found: Callable[[str, str, str], Any] = function
        return found

    def _score(self, function: Callable[[str, str, str], Any], answer: Answer) -> float:
        try:
            with _patience(_PATIENCE):
                value = float(function(answer.prompt, answer.expected, answer.given))
        except _TooLong as error:
            raise NotComputable(f"{self.function} takes more than {_PATIENCE:g} s for row {answer.item}") from error
        except (Exception, SystemExit) as error:
            raise NotComputable(
                f"{self.function} fails for row {answer.item}: {type(error).__name__}: {error}"
            ) from error
        if not math.isfinite(value) or not 0 <= value <= 1:
            raise NotComputable(f"{self.function} gives {value} for row {answer.item}: a score lies between 0 and 1")
        return value
