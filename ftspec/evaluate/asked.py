"""A measurement with the rows it is about and the digests that name it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ftspec.evaluate.identity import machine_digest, measurement_digest, observation_digest, path_digest
from ftspec.kinds.metrics import Metric, Need
from ftspec.kinds.registry import make
from ftspec.plan.steps import Generation, Measurement, PlannedUse

if TYPE_CHECKING:
    from ftspec.data import Row


_OF_THE_MACHINE = frozenset({Need.TIMINGS, Need.BATCH_TIMINGS, Need.MEMORY})
"""What is different on another machine."""


@dataclass(frozen=True)
class Rows:
    """The rows of one part, with a digest over what they say."""

    use: PlannedUse
    rows: Sequence[Row]
    digest: str


@dataclass(frozen=True)
class Asked:
    """One measurement to take."""

    measurement: Measurement
    parts: tuple[Rows, ...]
    """The rows of each of its data."""

    subject: str
    """The digest of the model, or of all models that take part."""

    generation: Generation
    root: Path = Path()
    """The spec's folder."""

    inputs: tuple[Asked, ...] = ()
    """Answers of other models that must be there first."""

    allow_code: bool = False
    """Whether files that the metric names may run code."""

    judge: str | None = None
    """The id of the model that is opened in place of the measurement's subject."""

    @property
    def id(self) -> str:
        """The measurement's id."""
        return self.measurement.id

    @property
    def opens(self) -> str:
        """The id of the model that must be opened."""
        return self.judge or self.measurement.subject

    @cached_property
    def metric(self) -> Metric:
        """The metric itself, its paths resolved."""
        return self._declared.placed(self.root)

    @cached_property
    def _declared(self) -> Metric:
        """The metric as the plan has it: its paths say nothing about this machine."""
        metric = make("metrics", dict(self.measurement.metric))
        if not isinstance(metric, Metric):
            raise TypeError(f"{metric.keyword()} is no metric")
        return metric

    @cached_property
    def _files(self) -> dict[str, str]:
        """The content of what the metric's paths name."""
        named = {name: getattr(self.metric, name) for name in self.metric.paths}
        return {name: path_digest(Path(path)) for name, path in named.items() if path is not None}

    @cached_property
    def observation(self) -> str:
        """The digest of what must be observed."""
        return self.observed_as(self.metric.need)

    def observed_as(self, need: Need) -> str:
        """The digest of an observation of the same rows that came along with another need."""
        settings = self._declared.settings() if need is self.metric.need else {}
        settings = {name: self._files.get(name, value) for name, value in settings.items()}
        if need in _OF_THE_MACHINE:
            settings = {**settings, "machine": machine_digest()}
        return observation_digest(need, settings, [each.digest for each in self.parts], self.subject, self.generation)

    @cached_property
    def digest(self) -> str:
        """The digest of the measurement."""
        return measurement_digest(self.measurement, self.observation, self._files)
