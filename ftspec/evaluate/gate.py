"""One gate against the measurements."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ftspec.evaluate.contrast import Contrast, contrast, threshold
from ftspec.evaluate.judge import Answer, by_interval, by_point, combined
from ftspec.evaluate.linear import comparisons, readings_of
from ftspec.evaluate.results import GateResult, Measurements, Outcome, Scores, data_name
from ftspec.evaluate.seeded import SeededSpread
from ftspec.evaluate.spread import STATISTICS, Spread
from ftspec.plan.plan import Gate
from ftspec.plan.steps import Decide
from ftspec.spec.rules import Comparison

USUAL = 0.95
"""The confidence of intervals where the spec names none."""

_OUTCOMES: Mapping[Answer, Outcome] = {Answer.YES: "pass", Answer.NO: "fail", Answer.UNKNOWN: "inconclusive"}


@dataclass(frozen=True)
class Judged:
    """A gate with its measurements."""

    gate: Gate
    step: Decide
    measurements: Measurements
    statistics: int = STATISTICS
    """By which rules intervals are found."""

    @cached_property
    def scores(self) -> dict[str, Scores]:
        """Every measurement that the rule reads, by id."""
        read = readings_of(self.gate.condition) if self.gate.condition else []
        again = [id for run in self.gate.repeats for id in run.values()]
        ids = dict.fromkeys([self.gate.measurement, *read, *again])
        return {id: self.measurements[id] for id in ids}

    @cached_property
    def spreads(self) -> dict[Comparison, Spread]:
        """The quantity of each comparison; empty for `report`, and where a measurement has no value."""
        if self.gate.condition is None or self.missing:
            return {}
        return {each: self._spread(each) for each in comparisons(self.gate.condition)}

    @cached_property
    def missing(self) -> str | None:
        """Why the gate cannot be computed, in words."""
        for id, each in self.scores.items():
            if each.waits:
                return f"{id} is not decided yet: {each.reason}"
            if each.value is None or not math.isfinite(each.value):
                return f"{id} cannot be computed: {each.reason or 'its value is not a finite number'}"
        return None

    @cached_property
    def waits(self) -> bool:
        """Whether all that is missing is what people have not said yet."""
        absent = [each for each in self.scores.values() if each.value is None]
        return bool(absent) and all(each.waits for each in absent)

    @cached_property
    def broken(self) -> str | None:
        """Why it cannot be decided, though every measurement has a value."""
        if any(not math.isfinite(each.point) for each in self.spreads.values()):
            return "the rule divides by zero"
        return None

    def answer(self, confidence: float | None) -> Answer:
        """The answer by whole intervals of this confidence, or by the points without one."""
        if self.waits:
            return Answer.UNKNOWN
        if self.gate.condition is None or self.missing or self.broken:
            return Answer.NO
        return combined(self.gate.condition, lambda each: self._compared(self.spreads[each], confidence))

    def result(self, confidence: float) -> GateResult:
        """The gate as `verdict.json` has it, with intervals of this confidence."""
        main = self.scores[self.gate.measurement]
        outcome, reason = self._outcome(confidence)
        spread = self._shown
        interval = None if spread is None or self.broken else spread.interval(confidence)
        return GateResult(
            rule=self.gate.rule,
            verb=self.gate.verb,
            metric=main.metric.keyword(),
            data=data_name(main.measurement.uses),
            value=self._value,
            baseline=self._baseline,
            threshold=self._threshold,
            bound=None if spread is None or self.gate.condition is None else _number(spread.contrast.bound),
            n=main.n,
            interval=interval,
            interval_of=spread.contrast.of if spread else "value",
            interval_by=spread.by if spread and interval else None,
            confidence=confidence,
            verdict=outcome,
            reason=reason,
            because=self.gate.because,
            direction=main.metric.direction,
            ratio=main.metric.ratio,
            unit=main.metric.unit,
            detectable=_number(spread.detectable) if spread and interval else None,
            seeds=self._seeds,
            form=self.gate.form,
        )

    @property
    def decides(self) -> bool:
        """Whether the gate takes part in the verdict."""
        return self.gate.verb == "require"

    def _outcome(self, confidence: float) -> tuple[Outcome, str | None]:
        if self.gate.condition is None:
            return "measured", self.missing
        if self.waits:
            return "inconclusive", self.missing
        if self.missing or self.broken:
            return "fail", self.missing or self.broken
        answer = self.answer(confidence if self.step.confidence is not None else None)
        return _OUTCOMES[answer], self._why(answer, confidence)

    def _why(self, answer: Answer, confidence: float) -> str | None:
        if answer is not Answer.UNKNOWN:
            return None
        if any(each.interval(confidence) is None for each in self.spreads.values()):
            return "there is no interval: too few items, or resamples without a value"
        return f"the {100 * confidence:.4g} % interval reaches across the bound"

    def _compared(self, spread: Spread, confidence: float | None) -> Answer:
        contrast = spread.contrast
        if confidence is None:
            return by_point(spread.point, contrast.operator, contrast.bound)
        interval = spread.interval(confidence)
        return Answer.UNKNOWN if interval is None else by_interval(interval, contrast.operator, contrast.bound)

    @property
    def _seeds(self) -> tuple[float, ...]:
        """The value in each run, where there are several and all of them have one."""
        if not self.gate.repeats or self.missing:
            return ()
        ids = [self.gate.measurement, *(run[self.gate.measurement] for run in self.gate.repeats)]
        return tuple(float(self.scores[id].value or 0.0) for id in ids)

    @property
    def _value(self) -> float | None:
        """Of the model that ships, or the mean over all seeds."""
        seeds = self._seeds
        return sum(seeds) / len(seeds) if seeds else _number(self.scores[self.gate.measurement].value)

    @property
    def _baseline(self) -> float | None:
        """The value before training, also where the rule does not read it: it is shown, and decides nothing."""
        if self.gate.baseline is None:
            return None
        return _number(self.measurements[self.gate.baseline].value)

    @cached_property
    def _shown(self) -> Spread | None:
        """The quantity whose interval is shown: that of the first comparison, or the value alone for `report`."""
        if self.missing:
            return None
        if self.spreads:
            return next(iter(self.spreads.values()))
        value = self.scores[self.gate.measurement].value or 0.0
        alone = Contrast("value", ">=", value, self.gate.measurement)
        return self._over(alone, [self.gate.measurement])

    @property
    def _threshold(self) -> float | None:
        if self.gate.condition is None or self.missing:
            return None
        first = comparisons(self.gate.condition)[0]
        return _number(threshold(first, self.gate.measurement, self._points))

    @property
    def _drawn(self) -> tuple[int, int, int]:
        return self.step.draws, self.step.seed, self.statistics

    @property
    def _points(self) -> dict[str, float]:
        return {id: each.value for id, each in self.scores.items() if each.value is not None}

    def _spread(self, comparison: Comparison) -> Spread:
        read = readings_of(comparison)
        main = self.gate.measurement if self.gate.measurement in read else read[0]
        return self._over(contrast(comparison, main, self._points), read)

    def _over(self, quantity: Contrast, read: Sequence[str]) -> Spread:
        """The quantity over the runs that the gate reads."""
        if not self.gate.repeats:
            return Spread(quantity, {id: self.scores[id] for id in read}, *self._drawn)
        again = [run[id] for run in self.gate.repeats for id in read if id in run]
        scores = {id: self.scores[id] for id in (*read, *again)}
        return SeededSpread(quantity, scores, *self._drawn).over(self.gate.repeats)


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
