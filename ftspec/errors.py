"""The exceptions of ftspec. What a user got wrong in a spec is a `Diagnostic`, not one of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftspec.text.diagnostic import Diagnostic

if TYPE_CHECKING:
    from ftspec.plan.plan import Plan


class FtspecError(Exception):
    """Root of all: caught once, at the command line, and shown as one message with its remedy."""

    exit_code = 3

    def __init__(self, message: str, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class Rejected(FtspecError):
    """Raised when a stage found mistakes; carries all of them."""

    exit_code = 1

    def __init__(
        self,
        diagnostics: Sequence[Diagnostic],
        exit_code: int = 1,
        plan: Plan | None = None,
        assumed: Sequence[str] = (),
    ) -> None:
        """`plan` is the one that was made where it cannot run on this device or keep its budget.

        `assumed` names data sets that are not there yet, for each of which it reckons with a thousand rows.
        """
        super().__init__("; ".join(each.message for each in diagnostics))
        self.diagnostics = tuple(diagnostics)
        self.exit_code = exit_code
        self.plan = plan
        self.assumed = tuple(assumed)


class CannotRun(FtspecError):
    """Raised when this machine or these inputs cannot do what the plan says: exit 3."""


class TrainingFailed(FtspecError):
    """Raised when training itself breaks: a loss that is not a number, memory that ran out. Exit 6."""

    exit_code = 6


class Stopped(FtspecError):
    """Raised when a signal stopped the run and a checkpoint is kept. Exit 75."""

    exit_code = 75
