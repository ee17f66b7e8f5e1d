"""The training: each stage with its curves, its counts and the rows it learned from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ftspec.plan.plan import Plan
from ftspec.plan.steps import FetchModel, Train
from ftspec.report import numbers
from ftspec.report.charts import loss, measure
from ftspec.report.charts.curve import Point
from ftspec.report.charts.figure import HALF, WIDE, Figure, figure
from ftspec.report.charts.scale import tick_label
from ftspec.report.events import Log
from ftspec.report.history import History, Stage
from ftspec.report.spelling import spell
from ftspec.report.view.fact import Fact
from ftspec.report.view.rewards import LOSS, is_rewarded, rewards


@dataclass(frozen=True, slots=True)
class StageView:
    """One train step as the report shows it."""

    name: str
    sentence: str
    state: str
    """Empty when the stage is done; else how far it has come."""

    facts: tuple[Fact, ...]
    reused: bool
    """Whether the result is kept from an earlier run."""

    curve: Figure | None
    halves: tuple[Figure, ...]
    """Smaller charts, two a row."""


def stages(plan: Plan, history: History) -> tuple[StageView, ...]:
    """Every train step of the plan, begun or not."""
    return tuple(_stage(plan, step, history.stage(step.id)) for step in plan.of(Train))


def _stage(plan: Plan, step: Train, stage: Stage | None) -> StageView:
    found = [*rewards(step, stage), _throughput(step, stage), _memory(plan, step, stage)]
    return StageView(
        name=step.id.partition(".")[2] or step.id,
        sentence=_sentence(step),
        state=_state(step, stage),
        facts=tuple(_facts(plan, step, stage)),
        reused=stage is not None and stage.finished is not None and stage.finished.reused,
        curve=_curve(step, stage),
        halves=tuple(chart for chart in found if chart is not None),
    )


def _sentence(step: Train) -> str:
    where = step.from_ or step.model
    return f"{spell(step.objective)} on {_use(step)}, from {where}"


def _use(step: Train) -> str:
    name = step.data.data.partition(".")[2] or step.data.data
    return name if step.data.split == "all" else f"{name}.{step.data.split}"


def _state(step: Train, stage: Stage | None) -> str:
    if stage is None:
        return "not begun"
    if stage.finished is not None:
        return ""
    reached = stage.logs[-1].step if stage.logs else 0
    return f"reached step {numbers.count(reached)} of {numbers.count(step.optimizer_steps)}"


def _facts(plan: Plan, step: Train, stage: Stage | None) -> list[Fact]:
    facts = [
        Fact("method", spell(step.method), step.adaptation.note, code=True),
        Fact("trainable", numbers.count(step.adaptation.trainable), _trainable_note(plan, step)),
        Fact("length", f"{numbers.count(step.optimizer_steps)} steps", f"{numbers.plain(step.epochs)} epochs"),
        Fact("batch", f"{step.batch_size} examples", _batch_note(step)),
        Fact("learning rate", spell(step.learning_rate), f"{spell(step.scheduler)}, {_warmup(step.warmup_steps)}"),
        Fact("optimizer", spell(step.optimizer), code=True),
        Fact("precision", step.precision, f"attention {step.attention}"),
    ]
    return facts + _outcome(stage)


def _warmup(steps: int) -> str:
    return "no warm-up" if steps == 0 else f"{steps} warm-up step{'s' if steps > 1 else ''}"


def _trainable_note(plan: Plan, step: Train) -> str:
    model = plan.by_id.get(step.model)
    if not isinstance(model, FetchModel):
        return ""
    whole = model.parameters + step.adaptation.added
    return f"{numbers.share(step.adaptation.trainable / whole)} of {numbers.many(whole)} parameters"


def _batch_note(step: Train) -> str:
    devices = f" × {step.devices} devices" if step.devices > 1 else ""
    packed = ", packed" if step.packing else ""
    return f"micro {step.micro_batch_size} × {step.accumulation}{devices}{packed}, up to {step.max_length} tokens a row"


def _outcome(stage: Stage | None) -> list[Fact]:
    done = stage.finished if stage else None
    if done is None:
        return []
    took = "kept from an earlier run" if done.reused else numbers.duration(done.seconds)
    facts = [Fact("took", took)]
    if done.loss is not None:
        facts.append(Fact("final loss", numbers.plain(done.loss)))
    if done.tokens is not None and done.tokens_per_second is not None:
        speed = f"{numbers.count(round(done.tokens_per_second))} tokens a second"
        facts.append(Fact("tokens read", numbers.count(done.tokens), speed))
    return facts


def _curve(step: Train, stage: Stage | None) -> Figure | None:
    if stage is None:
        return None
    training = _points(stage, lambda log: log.loss)
    if not training:
        return None
    curve = loss.LossCurve(
        steps=max(step.optimizer_steps, int(training[-1][0])),
        training=training,
        validation=tuple((each.step, each.loss) for each in stage.validations if each.loss is not None),
        learning_rate=_points(stage, lambda log: log.learning_rate),
        resumed=stage.resumed,
        name=step.id,
    )
    validates, done = step.validation is not None, stage.finished is not None
    words = LOSS if is_rewarded(stage) else _curve_caption(curve, validates, done)
    return figure(lambda width: loss.draw(curve, width), WIDE, words)


def _curve_caption(curve: loss.LossCurve, validates: bool, done: bool) -> str:
    words = "Mean loss in nats a trained token. "
    if not validates:
        return words + "This stage has no validation rows."
    if not done or len(curve.validation) < 2:
        return words
    best_step, best = min(curve.validation, key=lambda point: point[1])
    last = curve.validation[-1][1]
    if last > best * 1.02:
        risen = f"by the end it had risen to {numbers.plain(last)}"
        return words + f"Validation was lowest at step {best_step:.0f} ({numbers.plain(best)}); {risen}."
    return words + "Validation did not rise towards the end."


def _throughput(step: Train, stage: Stage | None) -> Figure | None:
    points = _points(stage, lambda log: log.tokens_per_second) if stage else ()
    if len(points) < 2:
        return None
    mean = sum(value for _, value in points) / len(points)
    title = f"Throughput of {step.id}: {mean:.0f} tokens a second on average"
    series = measure.Series(step.optimizer_steps, points, title)
    return figure(lambda width: measure.draw(series, width, tick_label), HALF, "Tokens a second, without padding.")


def _memory(plan: Plan, step: Train, stage: Stage | None) -> Figure | None:
    points = _points(stage, lambda log: log.memory_bytes) if stage else ()
    if len(points) < 2:
        return None
    peak, planned = max(value for _, value in points), plan.resources.memory
    # The plan predicts the peak of the step that needs most; it says nothing about the others.
    predicted = planned.total_bytes if planned.step == step.id else None
    size, unit = (2**30, "GiB") if max(peak, predicted or 0) >= 2**31 else (2**20, "MiB")
    series = measure.Series(
        step.optimizer_steps,
        tuple((at, value / size) for at, value in points),
        f"Memory of {step.id}: at most {numbers.size(peak)}",
        None if predicted is None else (predicted / size, f"predicted {numbers.size(predicted)}"),
    )
    words = f"Memory in {unit}: {numbers.size(peak)} at most."
    return figure(lambda width: measure.draw(series, width, tick_label), HALF, words)


def _points(stage: Stage, value: Callable[[Log], float | None]) -> tuple[Point, ...]:
    found = ((log.step, value(log)) for log in stage.logs)
    return tuple((step, each) for step, each in found if each is not None)
