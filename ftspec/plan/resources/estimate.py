"""The resources of a whole plan: the worst step's memory, all tokens and steps, time and cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ftspec.plan.facts import Facts, ModelFacts, Target, TokenFacts
from ftspec.plan.plan import Memory, Resources
from ftspec.plan.resources.duration import START_SECONDS, loading_seconds, reading_seconds, training_seconds
from ftspec.plan.resources.evaluation import Reading, evaluation_memory
from ftspec.plan.resources.training import train_memory
from ftspec.plan.steps import CallRecord, Evaluate, FetchModel, Measurement, PlannedUse, Step, Train


def estimate(steps: Sequence[Step], facts: Facts, target: Target) -> Resources:
    """What the steps take on the target.

    Memory is that of the step that needs most, on one device; time covers training, evaluation and loading.
    """
    return _Estimate(steps, facts, target).resources


@dataclass(frozen=True)
class _Estimate:
    steps: Sequence[Step]
    facts: Facts
    target: Target

    @property
    def resources(self) -> Resources:
        time = self.seconds * (self.target.pace or 1.0)
        low, high = spread(self.target)
        return Resources(
            memory=self.memory,
            tokens=sum(map(tokens_of, self.trains)),
            optimizer_steps=sum(step.optimizer_steps for step in self.trains),
            time_seconds=round(time, 1),
            time_range=(round(time * low, 1), round(time * high, 1)),
            time_source=time_source(self.target),
            cost=cost_of(time, self.target),
        )

    @property
    def memory(self) -> Memory:
        step, parts = max(self._needs(), key=lambda need: sum(need[1].values()))
        total = sum(parts.values())
        return Memory(
            total_bytes=total,
            parts={part: size for part, size in parts.items() if size},
            step=step,
            device=self.target.name,
            available_bytes=self.target.memory_bytes,
            fits=total <= self.target.memory_bytes,
        )

    def _needs(self) -> Iterator[tuple[str, dict[str, int]]]:
        for train in self.trains:
            yield train.id, train_memory(train, self._model(train), self.target, self._quantization(train))
        for step, reading in self._readings():
            train = self._trained_by(reading.measurement)
            yield step.id, evaluation_memory(reading, step.generation, self._model(train), train, self.target)

    @property
    def seconds(self) -> float:
        training = (training_seconds(t, self._model(t), self.target, self._quantization(t)) for t in self.trains)
        loading = sum(loading_seconds(self._model(t), t.precision) for t in self.trains)
        return START_SECONDS + loading + sum(training) + sum(self._reading_times())

    def _reading_times(self) -> Iterator[float]:
        for step, reading in self._readings():
            train = self._trained_by(reading.measurement)
            answer = reading.rows.longest_answer if reading.rows else 0
            new = step.generation.max_new_tokens if reading.measurement.subject != "export" or not answer else answer
            model = self._model(train)
            yield reading_seconds(reading, step.generation, model, self.target, train.precision, new)

    @cached_property
    def trains(self) -> tuple[Train, ...]:
        return tuple(step for step in self.steps if isinstance(step, Train))

    def _model(self, train: Train) -> ModelFacts:
        return self.facts.models[train.model.removeprefix("model.")]

    def _quantization(self, train: Train) -> CallRecord | None:
        fetched = (step for step in self.steps if isinstance(step, FetchModel) and step.id == train.model)
        return next((step.quantization for step in fetched), None)

    def _readings(self) -> Iterator[tuple[Evaluate, Reading]]:
        """One reading for each data of each measurement; what generates answers is read once a subject and data."""
        seen: set[tuple[str, PlannedUse, bool]] = set()
        for step in self.steps:
            if isinstance(step, Evaluate):
                for measurement in step.measurements:
                    for use in measurement.uses:
                        reading = Reading(measurement, self._tokens(measurement, use))
                        if (key := (measurement.subject, use, reading.generates)) not in seen:
                            seen.add(key)
                            yield step, reading

    def _tokens(self, measurement: Measurement, use: PlannedUse) -> TokenFacts | None:
        model = self._trained_by(measurement).model.removeprefix("model.")
        return self.facts.tokens.get((use.data.removeprefix("data."), use.split, model))

    def _trained_by(self, measurement: Measurement) -> Train:
        """The stage whose model is measured; the last one for what ships and for the baseline."""
        return next((train for train in self.trains if train.id == measurement.subject), self.trains[-1])


_SPREAD = {"cpu": (0.7, 1.6), "cuda": (0.6, 2.0), "mps": (0.5, 2.5)}
"""By what factors the time of a device that was not measured may differ: what else runs, how well kernels fit."""

_MEASURED = (0.85, 1.2)


def spread(target: Target) -> tuple[float, float]:
    """The shortest and the longest time to expect, as shares of the reckoned one."""
    return _MEASURED if target.pace else _SPREAD.get(target.kind, _SPREAD["mps"])


def time_source(target: Target) -> str:
    """What the time rests on."""
    if target.pace is None:
        return f"reckoned for {target.name}, not measured on it"
    return (
        f"from this machine's last {target.pace_runs} runs" if target.pace_runs > 1 else "from this machine's last run"
    )


def tokens_of(step: Train) -> int:
    """Tokens that a stage reads, all epochs together, padding not counted."""
    if step.tokens is None or not step.tokens.rows:
        return step.optimizer_steps * step.batch_size * step.max_length
    mean = min(step.tokens.tokens / step.tokens.rows, step.max_length)
    by_steps = step.optimizer_steps * step.batch_size * mean
    return round(min(by_steps, step.tokens.tokens * step.epochs) if step.epochs else by_steps)


def cost_of(seconds: float, target: Target) -> float | None:
    """USD for that time on all machines; None where no price is known."""
    if target.hourly_cost is None:
        return None
    return round(seconds / 3600 * target.hourly_cost * target.nodes, 2)
