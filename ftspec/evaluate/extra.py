"""What is measured beside the plan's measurements: answers that samples show and that judges read, likelihoods that
others are held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from ftspec.evaluate.asked import Asked, Rows
from ftspec.evaluate.identity import path_digest
from ftspec.evaluate.ratings import FOLDER, answers_id
from ftspec.kinds.metrics import Need
from ftspec.plan.steps import Measurement


def answers(asked: Asked, subject: str, digest: str, parts: Sequence[Rows], name: str = "answers") -> Asked:
    """The answers of a model to these rows, as a measurement of its own; its items are kept like any other."""
    measurement = Measurement(
        id=answers_id(asked.measurement, subject, name),
        metric={"name": "exact_match", "arguments": {}},
        uses=asked.measurement.uses,
        subject=subject,
    )
    return replace(asked, measurement=measurement, parts=tuple(parts), subject=digest, inputs=(), judge=None)


def with_inputs(
    asked: Asked, digest: Callable[[str], str], base: str | None, run: Path, needs: Sequence[str] = ()
) -> Asked:
    """A measurement by a judge, or by people, with the answers that are judged; one that is held against another model
    with that one's; any other as it is.

    The last of the metric's `stages` is the judge, those before it are opponents; `needs` are the ids of the steps that
    the evaluation needs, among them those of `model` blocks that take part.
    """
    if asked.metric.need is Need.RATINGS:
        return _rated(asked, digest, base, run)
    stages = [_id(label, needs) for label in asked.metric.stages()]
    if not stages:
        return asked
    if asked.metric.need is Need.PREFERENCES:
        return _against(asked, stages[0], digest)
    *others, judge = stages
    models = [asked.measurement.subject, *others]
    inputs = tuple(answers(asked, model, digest(model), asked.parts) for model in models)
    together = " ".join(digest(model) for model in (*models, judge))
    return replace(asked, inputs=inputs, judge=judge, subject=together)


def _rated(asked: Asked, digest: Callable[[str], str], base: str | None, run: Path) -> Asked:
    """What people compare: the model's answers and the opponent's. What they have said decides about the result."""
    label = asked.metric.opponent()
    over = f"train.{label}" if label is not None else base
    assert over is not None, "the plan names the untrained model"
    models = (asked.measurement.subject, over)
    inputs = tuple(answers(asked, model, digest(model), asked.parts) for model in models)
    together = " ".join((*map(digest, models), path_digest(run / FOLDER)))
    return replace(asked, inputs=inputs, subject=together)


def _against(asked: Asked, other: str, digest: Callable[[str], str]) -> Asked:
    """The same pairs as another model finds them, and the measurement that reads this."""
    metric = dict(asked.measurement.metric)
    metric["arguments"] = {name: value for name, value in metric["arguments"].items() if name != "over"}
    named = (name for name, value in metric["arguments"].items() if value)
    id = answers_id(asked.measurement, other, "_".join(("preferences", *named)))
    measurement = asked.measurement.model_copy(update={"id": id, "metric": metric, "subject": other})
    before = replace(asked, measurement=measurement, subject=digest(other))
    return replace(asked, inputs=(before,), subject=f"{asked.subject} {before.subject}")


def _id(label: str, needs: Sequence[str]) -> str:
    """The id of the step that makes a model: labels of trains and `model` blocks share one namespace."""
    return f"model.{label}" if f"model.{label}" in needs else f"train.{label}"
