"""How far the quantity of a rule could lie from where it was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import exp, inf
from typing import TYPE_CHECKING, Any

from ftspec.evaluate.contrast import Contrast
from ftspec.evaluate.intervals import (
    Error,
    Interval,
    freedom,
    jackknife,
    order_statistics,
    percentile,
    student,
    tango,
    wilson,
)
from ftspec.evaluate.resample import independent, left_out, resampled
from ftspec.evaluate.results import IntervalBy, Scores
from ftspec.plan.detectable import STANDARD_ERRORS, smallest_difference

if TYPE_CHECKING:
    from numpy import ndarray

STATISTICS = 3
"""The rules by which intervals are found. 1 knew no t intervals, 2 took a normal distribution for what can be told from
none or all; verdicts that were decided so are verified so."""

_ENOUGH = 0.99
"""The share of draws that must have a value."""


@dataclass(frozen=True)
class Spread:
    """The sampling distribution of one contrast."""

    contrast: Contrast
    scores: Mapping[str, Scores]
    """Every measurement that the rule reads; all of them have a value."""

    draws: int
    seed: int
    statistics: int = STATISTICS
    """By which rules the interval is found."""

    @property
    def point(self) -> float:
        """The quantity on the items themselves."""
        return float(self.contrast.quantity({id: _scalar(each.value) for id, each in self.scores.items()}))

    @cached_property
    def units(self) -> int:
        """Independent items, or groups, of the measurement with fewest."""
        return min(independent(each) for each in self.scores.values())

    @cached_property
    def by(self) -> IntervalBy | None:
        """How the interval is found; None where there is none."""
        if self.units < 2:
            return None
        plain = all(_is_plain_share(self.scores[id]) for id in self._read)
        if plain and self.contrast.of == "value":
            return "wilson"
        if plain and self.contrast.of == "difference" and self._is_paired:
            return "tango"
        if self._quantile is not None:
            return "order"
        if self._mean_error is not None:
            return "t"
        return "bootstrap" if len(self._finite) >= _ENOUGH * self.draws else None

    def interval(self, confidence: float) -> Interval | None:
        """The interval of the quantity."""
        match self.by:
            case "wilson":
                hits = self.scores[self.contrast.main].columns["hit"]
                return wilson(float(hits.sum()), len(hits), confidence)
            case "tango":
                gained, lost = self._changed
                return tango(gained, lost, self.units, confidence)
            case "order":
                name, share = self._quantile or ("", 0.0)
                return order_statistics(self.scores[self.contrast.main].columns[name], share, confidence)
            case "t":
                return self._t(confidence)
            case "bootstrap":
                return self._bootstrap(confidence)
            case "seeds" | None:
                return None

    @cached_property
    def detectable(self) -> float | None:
        """The smallest difference that these items could have shown."""
        match self.by:
            case "seeds" | None:
                return None
            case "wilson":
                return smallest_difference(self.units, self.contrast.bound, exact_ends=self.statistics > 2)
            case "t":
                return STANDARD_ERRORS * self._mean_error.size if self._mean_error is not None else None
            case "tango" | "order" | "bootstrap":
                deviation = float(self._finite.std())
                return STANDARD_ERRORS * deviation if deviation > 0 else None

    def _t(self, confidence: float) -> Interval:
        """Of a mean, within what the quantity can be."""
        assert self._mean_error is not None
        low, high = student(self._scaled(self.point), *self._mean_error, confidence)
        if self._is_of_logs:
            return exp(low), exp(high)
        least, most = self._possible
        return max(least, low), min(most, high)

    @cached_property
    def _mean_error(self) -> Error | None:
        """The standard error of a mean, by leaving out each unit; None for other quantities and very many items."""
        read = [self.scores[id].metric for id in self.scores]
        if self.statistics < 2 or any(each.mean_of is None or each.uses > 1 for each in read):
            return None
        readings = left_out(list(self.scores.values()))
        error = None if readings is None else jackknife(self._scaled(self.contrast.quantity(readings)))
        return error if error is not None and error.size > 0 else None

    @property
    def _is_of_logs(self) -> bool:
        """Whether the quantity is e to the power of a mean: a perplexity, or the quotient of two."""
        metric = self.scores[self.contrast.main].metric
        return metric.mean_of == "logs" and self.contrast.of in ("value", "ratio")

    def _scaled(self, quantity: Any) -> Any:
        """The quantity on the scale on which it is a mean."""
        import numpy as np

        return np.log(quantity) if self._is_of_logs else quantity

    @property
    def _possible(self) -> Interval:
        """The least and the most that the quantity can be."""
        if not self.scores[self.contrast.main].metric.ratio or self.contrast.of in ("ratio", "margin"):
            return -inf, inf
        return (0.0, 1.0) if self.contrast.of == "value" else (-1.0, 1.0)

    def _bootstrap(self, confidence: float) -> Interval:
        draws = self._finite
        if draws.min() == draws.max() and self.scores[self.contrast.main].metric.ratio:
            # Resampling cannot see what no item shows: all right is not right for ever.
            unseen = wilson(0, self.units, confidence)[1]
            low, high = (0.0, 1.0) if self.contrast.of == "value" else (-1.0, 1.0)
            high = float("inf") if self.contrast.of == "ratio" else high
            return max(low, self.point - unseen), min(high, self.point + unseen)
        return percentile(draws, self.units, confidence, self._freedom)

    @cached_property
    def _finite(self) -> ndarray:
        """The quantity in every draw in which it has a value."""
        import numpy as np

        readings = resampled(list(self.scores.values()), self.draws, self.seed)
        drawn = np.asarray(self.contrast.quantity(readings))
        kept: ndarray = drawn[np.isfinite(drawn)]
        return kept

    @cached_property
    def _freedom(self) -> float | None:
        """How well the spread itself is known; None where the items are too many, or the rules do not ask."""
        if self.statistics > 1:
            return None
        readings = left_out(list(self.scores.values()))
        return None if readings is None else freedom(self.contrast.quantity(readings))

    @property
    def _quantile(self) -> tuple[str, float] | None:
        """The column and the share, where the contrast is a quantile of independent items."""
        main = self.scores[self.contrast.main]
        alone = self.contrast.of == "value" and independent(main) == main.n and main.metric.uses == 1
        return main.metric.quantile if alone else None

    @property
    def _read(self) -> list[str]:
        return [id for id in (self.contrast.main, self.contrast.other) if id]

    @property
    def _is_paired(self) -> bool:
        one, two = (self.scores[id] for id in self._read)
        return one.items == two.items and one.measurement.metric == two.measurement.metric

    @property
    def _changed(self) -> tuple[float, float]:
        now, before = (self.scores[id].columns["hit"] for id in self._read)
        return float(((now == 1) & (before == 0)).sum()), float(((now == 0) & (before == 1)).sum())


def _is_plain_share(scores: Scores) -> bool:
    return scores.metric.proportion and independent(scores) == scores.n


def _scalar(value: float | None) -> float:
    import numpy as np

    return np.float64(float("nan") if value is None else value)
