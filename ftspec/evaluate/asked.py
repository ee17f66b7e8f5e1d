"""A measurement with the rows it is about and the digests that name it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ftspec.evaluate.identity import measurement_digest, observation_digest
from ftspec.kinds.metrics import Metric, Need
from ftspec.kinds.registry import make
from ftspec.plan.steps import Generation, Measurement, PlannedUse

if TYPE_CHECKING:
    from ftspec.data import Row


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
    """The digest of the model."""

    generation: Generation

    @property
    def id(self) -> str:
        """The measurement's id."""
        return self.measurement.id

    @cached_property
    def metric(self) -> Metric:
        """The metric itself."""
        metric = make("metrics", dict(self.measurement.metric))
        if not isinstance(metric, Metric):
            raise TypeError(f"{metric.keyword()} is no metric")
        return metric

    @cached_property
    def observation(self) -> str:
        """The digest of what must be observed."""
        return self.observed_as(self.metric.need)

    def observed_as(self, need: Need) -> str:
        """The digest of an observation of the same rows that came along with another need."""
        settings = self.metric.settings() if need is self.metric.need else {}
        return observation_digest(need, settings, [each.digest for each in self.parts], self.subject, self.generation)

    @cached_property
    def digest(self) -> str:
        """The digest of the measurement."""
        return measurement_digest(self.measurement, self.observation)
