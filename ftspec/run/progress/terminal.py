"""Progress on a terminal, with rich: finished steps above, one live line below."""

from __future__ import annotations

from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from ftspec.run.progress import Point
from ftspec.run.progress.words import TITLES, duration, learned, memory, name, outcome

if TYPE_CHECKING:
    from rich.progress import TaskID


class Terminal:
    """A live line with bar, loss, speed, time left and memory."""

    def __init__(self, stream: IO[str]) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

        self._console = Console(file=stream, highlight=False)
        self._live = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[figures]}", markup=False),
            console=self._console,
            transient=True,
        )
        self._task: TaskID | None = None
        self._kind = ""

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._live.stop()

    def step_started(self, id: str, kind: str) -> None:
        """The live line begins."""
        self._kind = kind
        self._begin(f"{TITLES[kind]:<9}{name(id)}")

    def step_finished(self, id: str, kind: str, seconds: float, reused: bool, summary: str) -> None:
        """The live line becomes a finished one."""
        self._end()
        took = "kept from earlier" if reused else duration(seconds)
        self._say(kind, name(id), f"{summary}{' · ' if summary else ''}{took}")

    def training(self, point: Point) -> None:
        """Step, loss, speed, time left, memory."""
        speed = f"{point.tokens_per_second:,.0f} tokens/s"
        left = f"{duration(point.seconds_left)} left"
        figures = f"{point.step}/{point.steps}  {learned(point)}  {speed}  {left}  {memory(point.memory_bytes)}"
        self._move(point.step, point.steps, figures)

    def validated(self, id: str, step: int, loss: float) -> None:
        """A line of its own, so that the course of it can be seen."""
        self._say("train", name(id), f"step {step}  validation loss {loss:.4f}")

    def checkpoint(self, id: str, step: int) -> None:
        """Not shown: the record has it."""

    def resumed(self, id: str, step: int) -> None:
        """That training goes on, and from where."""
        self._say("train", name(id), f"goes on after step {step}")

    def measuring(self, what: str, done: int, total: int) -> None:
        """What is observed, and how much of it."""
        self._move(done, total, f"{done}/{total}  {what}")

    def measured(self, id: str, value: float | None, n: int, seconds: float, reused: bool) -> None:
        """The value."""
        took = "kept from earlier" if reused else duration(seconds)
        self._say("evaluate", "", f"{id} = {outcome(value)} · n {n} · {took}")

    def _begin(self, description: str) -> None:
        self._end()
        self._task = self._live.add_task(description, total=None, figures="")

    def _move(self, done: int, total: int, figures: str) -> None:
        if self._task is not None:
            self._live.update(self._task, completed=done, total=total, figures=figures)

    def _end(self) -> None:
        if self._task is not None:
            self._live.remove_task(self._task)
            self._task = None

    def _say(self, kind: str, label: str, text: str) -> None:
        from rich.text import Text

        self._console.print(Text(f"{TITLES[kind]:<9}", "bold") + Text(f"{label}  " if label else "") + Text(text))
