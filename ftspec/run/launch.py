"""A stage on several devices of this machine: one process for each, looked after by this one."""

from __future__ import annotations

import queue
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ftspec.errors import FtspecError, TrainingFailed
from ftspec.plan.steps import Train
from ftspec.run import memory
from ftspec.run.worker import Brief, Told, work

if TYPE_CHECKING:
    from multiprocessing.queues import JoinableQueue

    from ftspec.run.session import Session

_LOOK = 0.1
"""Seconds after which it is looked for news."""


def train_on_several(step: Train, session: Session) -> None:
    """Train the stage; it is kept under its digest when this returns.

    Raises what a process raised, and `TrainingFailed` where one ended without a word.
    """
    import multiprocessing

    import torch.multiprocessing

    own, processes = multiprocessing.get_context("spawn"), cast(Any, torch.multiprocessing)
    says, asked = own.JoinableQueue(), own.Value("i", 0)
    with tempfile.TemporaryDirectory() as folder, session.stopper.patient():
        brief = Brief(
            root=str(session.root.resolve()),
            run=str(session.folder.path.resolve()),
            stage=step.id,
            count=step.devices,
            meeting=str(Path(folder) / "meeting"),
            allow_code=session.allow_code,
        )
        started = processes.start_processes(
            work, args=(brief, says, asked), nprocs=step.devices, join=False, start_method="spawn"
        )
        try:
            _Attendance(session, says, asked).until_all_ended(started)
        finally:
            for process in started.processes:
                process.terminate()


@dataclass
class _Attendance:
    """What the processes say is told, and a signal is handed on to them."""

    session: Session
    says: JoinableQueue[Told]
    asked: Any
    broken: list[FtspecError] = field(default_factory=list)

    def until_all_ended(self, started: Any) -> None:
        """Raises where one of them broke."""
        import torch.multiprocessing

        processes = cast(Any, torch.multiprocessing)
        try:
            while not started.join(timeout=_LOOK):
                self._look()
            self._look()
        except (processes.ProcessExitedException, processes.ProcessRaisedException) as error:
            self._look()
            raise (self.broken[0] if self.broken else _without_a_word(error)) from error

    def _look(self) -> None:
        self._hand_on()
        for kind, what in _news(self.says):
            match kind:
                case "event":
                    name, given, named = what
                    getattr(self.session.events, name)(*given, **named)
                case "peak":
                    memory.heard(what)
                case "error":
                    self.broken.append(_again(*what))
            self.says.task_done()
            self._hand_on()

    def _hand_on(self) -> None:
        self.asked.value = int(self.session.stopper.signal or 0)


def _news(says: JoinableQueue[Told]) -> Iterator[Told]:
    """What has come meanwhile."""
    while True:
        try:
            yield says.get_nowait()
        except queue.Empty:
            return


def _again(kind: type[FtspecError], fields: dict[str, Any]) -> FtspecError:
    """The exception of another process."""
    error = kind.__new__(kind, fields["message"])
    vars(error).update(fields)
    return error


def _without_a_word(error: Exception) -> TrainingFailed:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return TrainingFailed(f"a process of the training broke: {lines[-1].strip() if lines else 'it was killed'}")
