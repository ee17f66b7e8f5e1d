"""The resources of a whole plan: the worst step's memory, all tokens and steps, time and cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ftspec.plan.facts import Facts, ModelFacts, Probe, Target, TokenFacts
from ftspec.plan.plan import Memory, Resources, Way
from ftspec.plan.resources.drawing import others_of
from ftspec.plan.resources.duration import START_SECONDS, loading_seconds, reading_seconds, training_seconds
from ftspec.plan.resources.evaluation import Reading, evaluation_memory
from ftspec.plan.resources.generating import Generating, generating
from ftspec.plan.resources.judging import judging
from ftspec.plan.resources.others import Other, others_in
from ftspec.plan.resources.probed import measured_parts, probe_key, usual_step_seconds
from ftspec.plan.resources.span import cost_of, spread, time_source, tokens_of
from ftspec.plan.resources.training import Training, train_memory
from ftspec.plan.resources.ways import ways_to_fit
from ftspec.plan.resources.weights import weights_sum
from ftspec.plan.steps import (
    CallRecord,
    Evaluate,
    Export,
    FetchModel,
    Generate,
    Generation,
    Measurement,
    PlannedUse,
    Step,
    Train,
)


def estimate(steps: Sequence[Step], facts: Facts, target: Target) -> Resources:
    """What the steps take on the target.

    Memory is that of the step that needs most, on one device; time covers training, evaluation and loading.
    """
    return Estimate(steps, facts, target).resources


@dataclass(frozen=True)
class _Need:
    """What one step holds at its peak, and how the model that it works on is stored."""

    step: str
    parts: dict[str, int]
    facts: ModelFacts
    precision: str
    quantization: CallRecord | None


@dataclass(frozen=True)
class Estimate:
    """The arithmetic of a whole plan."""

    steps: Sequence[Step]
    facts: Facts
    target: Target

    @property
    def resources(self) -> Resources:
        """All of it."""
        reckoned = dict(self._times())
        parts = {id: self._measured(id, seconds) for id, seconds in reckoned.items()}
        time = sum(parts.values())
        low, high = spread(self.target, self._is_probed)
        return Resources(
            memory=self.memory,
            tokens=sum(map(tokens_of, self.trains)),
            optimizer_steps=sum(step.optimizer_steps for step in self.trains),
            time_seconds=round(time, 1),
            time_range=(round(time * low, 1), round(time * high, 1)),
            time_source=time_source(self.target, self._is_probed),
            reckoned_seconds=round(sum(reckoned.values()), 1),
            time_parts={id: round(seconds, 1) for id, seconds in parts.items()},
            cost=cost_of(time, self.target),
        )

    @property
    def memory(self) -> Memory:
        """The peak of the step that needs most."""
        worst = max(self._needs(), key=lambda need: sum(need.parts.values()))
        total = sum(worst.parts.values())
        return Memory(
            total_bytes=total,
            parts={part: size for part, size in worst.parts.items() if size},
            step=worst.step,
            device=self.target.name,
            available_bytes=self.target.memory_bytes,
            fits=total <= self.target.memory_bytes,
            weights_sum=weights_sum(worst.facts, worst.precision, worst.quantization),
            source="probed" if worst.step in self._probes else "reckoned",
        )

    def ways(self, limit: int | None = None) -> tuple[Way, ...]:
        """What would make the plan fit, or keep within `limit` bytes a device."""
        worst = max(self.trains, key=lambda train: sum(self._train_memory(train).values()))

        def floor(changed: Training) -> int:
            """The evaluation with as few rows at a time as may be."""
            least = (self._evaluation(step, reading, changed, least=True) for step, reading in self._readings())
            return max(least, default=0)

        quantization, others = self._quantization(worst), self.others(worst)
        return ways_to_fit(
            worst, self._model(worst), self.target, quantization, limit=limit, floor=floor, others=others
        )

    def others(self, train: Train) -> tuple[Other, ...]:
        """The models that are in memory beside the one that trains."""
        return others_in(others_of(train), self.steps, self.facts)

    def _needs(self) -> Iterator[_Need]:
        for train in self.trains:
            model, quantization = self._model(train), self._quantization(train)
            stored = Training(train, model, self.target).stored
            yield _Need(train.id, self._train_memory(train), model, stored, quantization)
        for written in (*self._written, *self._judged):
            maker = written.makers[0]
            yield _Need(written.id, written.memory, maker.facts, maker.precision, maker.quantization)
        for step, reading in self._readings():
            train = self._trained_by(reading.measurement)
            quantization = self._measured_as(train, reading.measurement.subject)
            parts = self.evaluation_memory(step, reading)
            yield _Need(step.id, parts, self._model(train), self._precision(train), quantization)

    @cached_property
    def _written(self) -> tuple[Generating, ...]:
        """The data sets that models write."""
        steps = [step for step in self.steps if isinstance(step, Generate)]
        return tuple(
            generating(
                step, self._prompts(step), self.facts, others_in(step.makers, self.steps, self.facts), self.target
            )
            for step in steps
        )

    @cached_property
    def _judged(self) -> tuple[Generating, ...]:
        """What opponents and judges of measurements do."""
        evaluations = (step for step in self.steps if isinstance(step, Evaluate))
        return tuple(each for step in evaluations for each in judging(step, self.steps, self.facts, self.target))

    def _prompts(self, step: Generate) -> int:
        return self.facts.data[step.prompts.data.removeprefix("data.")].splits[step.prompts.split]

    def _train_memory(self, train: Train) -> dict[str, int]:
        others = self.others(train)
        parts = train_memory(train, self._model(train), self.target, self._quantization(train), others=others)
        probe = self._probes.get(train.id)
        return parts if probe is None else measured_parts(parts, probe.peak_bytes)

    def evaluation_memory(
        self, step: Evaluate, reading: Reading, generation: Generation | None = None
    ) -> dict[str, int]:
        """The parts of one reading, with the planned generation or another one."""
        subject = reading.measurement.subject
        train = self._trained_by(reading.measurement)
        quantization = self._measured_as(train, subject)
        return evaluation_memory(
            reading,
            generation or step.generation,
            self._model(train),
            train,
            self.target,
            quantization,
            precision=self._precision(train),
        )

    def evaluation_peak(self, generation: Generation) -> int:
        """Bytes of the worst reading when answers are generated so."""
        readings = (self.evaluation_memory(step, reading, generation) for step, reading in self._readings())
        return max((sum(parts.values()) for parts in readings), default=0)

    def _evaluation(self, step: Evaluate, reading: Reading, changed: Training, least: bool) -> int:
        """Bytes of one reading when a stage is changed; of other stages as they are."""
        train = self._trained_by(reading.measurement)
        same = train.model == changed.step.model
        used = changed.step if same else train
        quantization = changed.quantization if same else self._quantization(train)
        if reading.measurement.subject in self._ship_whole:
            quantization = None
        generation = step.generation.model_copy(update={"batch_tokens": 1}) if least else step.generation
        model = self._model(train)
        precision = self._precision(train)
        return sum(
            evaluation_memory(
                reading, generation, model, used, changed.target, quantization, precision=precision
            ).values()
        )

    def _measured_as(self, train: Train, subject: str) -> CallRecord | None:
        """How a subject's linear weights are stored: as the stage's base, but whole where whole weights ship."""
        return None if subject in self._ship_whole else self._quantization(train)

    @cached_property
    def _ship_whole(self) -> frozenset[str]:
        """The forms of the artefact that are whole weights."""
        return frozenset(step.id for step in self.steps if isinstance(step, Export) and step.form != "adapter")

    def _times(self) -> Iterator[tuple[str, float]]:
        """Seconds by step, as they are reckoned."""
        loading = sum(loading_seconds(self._model(t), t.precision) for t in self.trains)
        yield "start", START_SECONDS + loading
        for train in self.trains:
            quantization, others = self._quantization(train), self.others(train)
            yield train.id, training_seconds(train, self._model(train), self.target, quantization, others)
        for written in self._written:
            yield written.id, written.seconds
        for step in self.steps:
            if isinstance(step, Evaluate):
                judged = sum(each.seconds for each in self._judged if each.id == step.id)
                yield step.id, judged + sum(self._reading_times(step))

    def _measured(self, id: str, seconds: float) -> float:
        """Seconds by what was measured: the step itself where it was probed, else the pace of past runs."""
        probe = self._probes.get(id)
        if probe is None:
            return seconds * (self.target.pace or 1.0)
        train = next(each for each in self.trains if each.id == id)
        usual = usual_step_seconds(
            probe.step_seconds, train, self._model(train), self.target, self._quantization(train)
        )
        return train.optimizer_steps * usual

    def _reading_times(self, step: Evaluate) -> Iterator[float]:
        for owner, reading in self._readings():
            if owner.id != step.id:
                continue
            train = self._trained_by(reading.measurement)
            answer = reading.rows.longest_answer if reading.rows else 0
            of_artefact = reading.measurement.subject.startswith("export")
            new = answer if of_artefact and answer else step.generation.max_new_tokens
            model = self._model(train)
            yield reading_seconds(reading, step.generation, model, self.target, self._precision(train), new)

    @cached_property
    def trains(self) -> tuple[Train, ...]:
        """The stages; those that learn from rows which models will write with what is known of these."""
        return tuple(self._foreseen(step) for step in self.steps if isinstance(step, Train))

    def _foreseen(self, step: Train) -> Train:
        data = next((each for each in self.steps if each.id == step.data.data), None)
        written = next((each for each in self._written if each.id in getattr(data, "needs", ())), None)
        if step.tokens is not None or written is None:
            return step
        rows = self.facts.data[step.data.data.removeprefix("data.")].splits[step.data.split]
        return step.model_copy(update={"tokens": written.rows(rows, step.sequences)})

    @cached_property
    def _probes(self) -> dict[str, Probe]:
        """Kept readings of these very stages on this very device."""
        if not self.facts.probes:
            return {}
        models = {step.id: step for step in self.steps if isinstance(step, FetchModel)}
        keys = {train.id: probe_key(train, models[train.model], self.target) for train in self.trains}
        return {id: self.facts.probes[key] for id, key in keys.items() if key in self.facts.probes}

    @property
    def _is_probed(self) -> bool:
        return bool(self.trains) and all(train.id in self._probes for train in self.trains)

    def _model(self, train: Train) -> ModelFacts:
        return self.facts.models[train.model.removeprefix("model.")]

    def _precision(self, train: Train) -> str:
        """The format that models are measured in: that of the model at the root of the stage."""
        fetched = (step for step in self.steps if isinstance(step, FetchModel) and step.id == train.model)
        return next((step.precision for step in fetched), train.precision)

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
