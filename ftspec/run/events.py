"""Every event of a run, told to the record and to the display at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ftspec.run.progress import Point, Progress
from ftspec.run.record import Record


@dataclass(frozen=True)
class Events:
    """The record and the display of one run."""

    record: Record
    progress: Progress

    def run_started(self, digest: str, ftspec: str, packages: Mapping[str, str], device: str, root: str) -> None:
        """A process takes the run up. `root` is the spec's folder, relative to the run's."""
        told = {"digest": digest, "ftspec": ftspec, "packages": dict(packages), "device": device, "root": root}
        self.record.write("run_started", **told)

    def step_started(self, id: str, kind: str) -> None:
        """A step of the plan begins."""
        self.record.write("step_started", id=id, kind=kind)
        self.progress.step_started(id, kind)

    def step_finished(self, id: str, kind: str, seconds: float, reused: bool, summary: str, **more: Any) -> None:
        """A step is done; `more` is what a kind of step adds for the record."""
        self.record.write("step_finished", id=id, kind=kind, seconds=round(seconds, 3), reused=reused, **more)
        self.progress.step_finished(id, kind, seconds, reused, summary)

    def trained(
        self, point: Point, epoch: float, grad_norm: float | None, seconds: float, figures: Mapping[str, float]
    ) -> None:
        """One optimizer step is done; `figures` are what the objective adds: reward, KL, …"""
        self.record.write(
            "log",
            id=point.id,
            step=point.step,
            steps=point.steps,
            epoch=round(epoch, 4),
            loss=point.loss,
            learning_rate=point.learning_rate,
            grad_norm=grad_norm,
            tokens_per_second=round(point.tokens_per_second, 1),
            memory_bytes=point.memory_bytes,
            seconds=round(seconds, 4),
            **figures,
        )
        self.progress.training(point)

    def settled(self) -> None:
        """Returns when all that was told is in the record, which another process may be writing."""

    def validated(self, id: str, step: int, loss: float) -> None:
        """The loss on held-out rows was measured."""
        self.record.write("validation", id=id, step=step, loss=loss)
        self.progress.validated(id, step, loss)

    def checkpoint(self, id: str, step: int) -> None:
        """A state to go on from is on the disk."""
        self.record.write("checkpoint", id=id, step=step)
        self.progress.checkpoint(id, step)

    def resumed(self, id: str, step: int) -> None:
        """Training goes on after a step that an earlier process reached."""
        self.progress.resumed(id, step)

    def measuring(self, what: str, done: int, total: int) -> None:
        """Rows of an observation are taken."""
        self.progress.measuring(what, done, total)

    def measured(self, id: str, value: float | None, n: int, seconds: float, reused: bool) -> None:
        """A measurement is complete."""
        self.record.write("measured", id=id, value=value, n=n, seconds=round(seconds, 3), reused=reused)
        self.progress.measured(id, value, n, seconds, reused)

    def verdict(self, verdict: str, sha256: str) -> None:
        """The gates were decided; `sha256` is that of `verdict.json`."""
        self.record.write("verdict", verdict=verdict, sha256=sha256)

    def stopped(self, signal: str, step: int | None) -> None:
        """A signal ended the process."""
        self.record.write("stopped", signal=signal, step=step)

    def failed(self, message: str) -> None:
        """An error ended the process."""
        self.record.write("failed", message=message)

    def run_finished(self, seconds: float, peak: int, predicted_seconds: float, predicted_memory: int) -> None:
        """The whole plan is done."""
        self.record.write(
            "run_finished",
            seconds=round(seconds, 3),
            peak_memory_bytes=peak,
            predicted_seconds=predicted_seconds,
            predicted_memory_bytes=predicted_memory,
        )
