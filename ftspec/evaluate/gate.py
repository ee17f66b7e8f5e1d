"""One gate against the measurements."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ftspec.evaluate.contrast import Contrast, contrast, threshold
from ftspec.evaluate.judge import Answer, by_interval, by_point, combined
from ftspec.evaluate.linear import comparisons, readings_of
from ftspec.evaluate.results import GateResult, Measurements, Outcome, Scores, data_name
from ftspec.evaluate.spread import Spread
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

    @cached_property
    def scores(self) -> dict[str, Scores]:
        """Every measurement that the rule reads, by id."""
        read = readings_of(self.gate.condition) if self.gate.condition else []
        ids = dict.fromkeys([self.gate.measurement, *read])
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
            value=_number(main.value),
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
        return Spread(alone, self.scores, *self._drawn)

    @property
    def _threshold(self) -> float | None:
        if self.gate.condition is None or self.missing:
            return None
        first = comparisons(self.gate.condition)[0]
        return _number(threshold(first, self.gate.measurement, self._points))

    @property
    def _drawn(self) -> tuple[int, int]:
        return self.step.draws, self.step.seed

    @property
    def _points(self) -> dict[str, float]:
        return {id: each.value for id, each in self.scores.items() if each.value is not None}

    def _spread(self, comparison: Comparison) -> Spread:
        read = readings_of(comparison)
        main = self.gate.measurement if self.gate.measurement in read else read[0]
        return Spread(contrast(comparison, main, self._points), {id: self.scores[id] for id in read}, *self._drawn)


def _number(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
