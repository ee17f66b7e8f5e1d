"""The quantity of a rule over several trainings that differ in their seeds alone.

Two things could have come out otherwise: the items that were drawn, and the run. The mean over the runs varies by
`Var(items) + Var(runs) / S`; the first by a bootstrap whose draws all runs share, the second from the runs themselves.
Their sum is read with t of Satterthwaite's degrees of freedom (1946), few where the runs differ more than the items do.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING

from ftspec.evaluate.intervals import Interval, wilson
from ftspec.evaluate.resample import resampled
from ftspec.evaluate.results import IntervalBy
from ftspec.evaluate.spread import Spread
from ftspec.plan.detectable import STANDARD_ERRORS

if TYPE_CHECKING:
    from numpy import ndarray


class SeededSpread(Spread):
    """The sampling distribution of one contrast's mean over runs."""

    repeats: tuple[Mapping[str, str], ...] = ()

    def over(self, repeats: tuple[Mapping[str, str], ...]) -> SeededSpread:
        """The same over these further runs."""
        object.__setattr__(self, "repeats", repeats)
        return self

    @property
    def point(self) -> float:
        """The mean of the runs."""
        return sum(self.points) / len(self.points)

    @cached_property
    def points(self) -> list[float]:
        """The quantity in each run, that which ships first."""
        import numpy as np

        values = {id: np.float64("nan" if each.value is None else each.value) for id, each in self.scores.items()}
        return [float(self.contrast.quantity(self._of(run, values))) for run in self._runs]

    @cached_property
    def by(self) -> IntervalBy | None:
        """By the runs, where there is more than one item."""
        return "seeds" if self.units > 1 and self._error is not None else None

    def interval(self, confidence: float) -> Interval | None:
        """The interval of the mean, within what the quantity can be."""
        if self.by is None or self._error is None:
            return None
        from scipy.special import stdtrit

        error, freedom = self._error
        # What no item and no run shows can happen all the same: all right is not right for ever.
        unseen = wilson(0, self.units, confidence)[1] if error == 0 and self._is_share else 0.0
        half = max(float(stdtrit(freedom, 0.5 + confidence / 2)) * error, unseen)
        low, high = self.point - half, self.point + half
        if self.contrast.of == "value" and self._is_share:
            return max(0.0, low), min(1.0, high)
        return low, high

    @cached_property
    def detectable(self) -> float | None:
        """The smallest difference that these runs over these items could have shown."""
        return STANDARD_ERRORS * self._error[0] if self._error is not None and self._error[0] > 0 else None

    @property
    def _is_share(self) -> bool:
        return self.scores[self.contrast.main].metric.ratio

    @cached_property
    def _error(self) -> tuple[float, float] | None:
        """Standard error of the mean, and its degrees of freedom."""
        import numpy as np

        drawn = self._means
        kept = drawn[np.isfinite(drawn)]
        if len(kept) < 0.99 * self.draws:
            return None
        runs = len(self.points)
        items, between = float(kept.var()), float(np.var(self.points, ddof=1)) / runs
        total = items + between
        parts = items**2 / (self.units - 1) + between**2 / (runs - 1)
        return sqrt(total), (total**2 / parts if parts > 0 else self.units - 1)

    @cached_property
    def _means(self) -> ndarray:
        import numpy as np

        readings = resampled(list(self.scores.values()), self.draws, self.seed)
        means: ndarray = np.mean([self.contrast.quantity(self._of(run, readings)) for run in self._runs], axis=0)
        return means

    @property
    def _runs(self) -> tuple[Mapping[str, str], ...]:
        return ({}, *self.repeats)

    def _of(self, run: Mapping[str, str], readings: Mapping[str, object]) -> dict[str, object]:
        """What a run reads in place of the first one's measurements."""
        return {id: readings[run.get(id, id)] for id in readings}
