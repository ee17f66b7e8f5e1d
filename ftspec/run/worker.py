"""One of the processes that train a stage side by side, on a device of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ftspec.errors import FtspecError
from ftspec.run.events import Events
from ftspec.run.signals import Stopper

if TYPE_CHECKING:
    from multiprocessing.queues import JoinableQueue
    from multiprocessing.sharedctypes import Synchronized

    from ftspec.run.session import Session

Told = tuple[str, Any]
"""What a process says to the one that started it: `event`, `peak` or `error`, and what belongs to it."""


@dataclass(frozen=True)
class Brief:
    """What a process is told."""

    root: str
    """The spec's folder."""

    run: str
    """The run's folder, in which the plan lies."""

    stage: str
    """The id of the step."""

    count: int
    """Processes in all."""

    meeting: str
    """A file that does not exist yet, by which they find each other."""

    allow_code: bool


def work(index: int, brief: Brief, says: JoinableQueue[Told], asked: Synchronized[int]) -> None:
    """Train the stage as process `index`. The first one sends events; what breaks is sent by each, and raised."""
    from ftspec.run import memory
    from ftspec.run.faults import told
    from ftspec.run.quiet import quiet

    _outlives_no_parent()
    os.environ.update(_environment(index, brief.count))
    with quiet():
        try:
            with told(Path(brief.run)), _group(index, brief):
                _trained(brief, _Agreeing(asked), cast(Events, _Relay(says) if index == 0 else _Silence()))
        except FtspecError as error:
            says.put(("error", (type(error), vars(error))))
            raise
        says.put(("peak", memory.peak()))


def _trained(brief: Brief, stopper: Stopper, events: Events) -> None:
    from ftspec.run.steps.train import train

    session = _session(brief, stopper, events)
    if session.plan.target.kind == "cpu":
        import torch

        torch.set_num_threads(max(1, session.plan.target.cores // brief.count))
    train(session.train_step(brief.stage), session)


def _session(brief: Brief, stopper: Stopper, events: Events) -> Session:
    from ftspec.plan.load import read_plan
    from ftspec.run.folder import RunFolder
    from ftspec.run.session import Session, digests_of
    from ftspec.run.stages import Stages

    folder = RunFolder(Path(brief.run))
    plan = read_plan(folder.plan)
    stages, digests = Stages(folder.stages, tidy=False), digests_of(plan)
    return Session(plan, Path(brief.root), folder, events, stopper, stages, digests, brief.allow_code)


def _environment(index: int, count: int) -> Mapping[str, str]:
    """What accelerate reads. Nothing listens but on the machine itself."""
    places = {"RANK": index, "LOCAL_RANK": index, "WORLD_SIZE": count, "LOCAL_WORLD_SIZE": count}
    address = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29500", "GLOO_SOCKET_IFNAME": "lo"}
    return {**address, **{name: str(value) for name, value in places.items()}}


class _group:
    """The processes joined; each on its own GPU where there are some."""

    def __init__(self, index: int, brief: Brief) -> None:
        self._index, self._brief = index, brief

    def __enter__(self) -> None:
        import torch

        on_gpu = torch.cuda.is_available()
        if on_gpu:
            torch.cuda.set_device(self._index)
        torch.distributed.init_process_group(
            "nccl" if on_gpu else "gloo",
            init_method=Path(self._brief.meeting).as_uri(),
            rank=self._index,
            world_size=self._brief.count,
        )

    def __exit__(self, *_: Any) -> None:
        import torch

        torch.distributed.destroy_process_group()


def _outlives_no_parent() -> None:
    """Signals are the parent's to take, which tells all processes at once; but without one this process ends."""
    parent = os.getppid()

    def ended(number: int, frame: Any) -> None:
        if os.getppid() != parent:
            os._exit(1)

    for each in ("SIGINT", "SIGHUP"):
        if hasattr(signal, each):
            signal.signal(getattr(signal, each), ended)


class _Agreeing(Stopper):
    """Asked to stop when the parent was, and all processes after the same step."""

    def __init__(self, asked: Synchronized[int]) -> None:
        super().__init__()
        self._asked = asked

    def agree(self) -> None:
        """Takes what the first process has heard."""
        from ftspec.kinds.objectives._ranks import agreed

        number = agreed(self._asked.value)
        self.signal = signal.Signals(number) if number else None


class _Relay:
    """Events, sent to the parent."""

    def __init__(self, says: JoinableQueue[Told]) -> None:
        self._says = says

    def settled(self) -> None:
        """Until the parent has told everything."""
        self._says.join()

    def __getattr__(self, name: str) -> Any:
        return lambda *given, **named: self._says.put(("event", (name, given, named)))


class _Silence:
    """Events of the other processes, which are the same."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_, **__: None
