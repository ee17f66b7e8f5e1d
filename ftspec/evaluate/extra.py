"""What is measured beside the plan's measurements: answers that samples show and that judges read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ftspec.evaluate.asked import Asked, Rows
from ftspec.evaluate.results import data_name
from ftspec.plan.steps import Measurement


def answers(asked: Asked, subject: str, digest: str, parts: Sequence[Rows], name: str = "answers") -> Asked:
    """The answers of a model to these rows, as a measurement of its own; its items are kept like any other."""
    measurement = Measurement(
        id=f"{name}({data_name(asked.measurement.uses)}) @ {subject}",
        metric={"name": "exact_match", "arguments": {}},
        uses=asked.measurement.uses,
        subject=subject,
    )
    return replace(asked, measurement=measurement, parts=tuple(parts), subject=digest, inputs=(), judge=None)


def with_inputs(asked: Asked, digest: Callable[[str], str]) -> Asked:
    """A measurement by a judge with the answers that the judge reads; any other as it is.

    The last of the metric's `stages` is the judge, those before it are opponents.
    """
    stages = [f"train.{label}" for label in asked.metric.stages()]
    if not stages:
        return asked
    *others, judge = stages
    models = [asked.measurement.subject, *others]
    inputs = tuple(answers(asked, model, digest(model), asked.parts) for model in models)
    together = " ".join(digest(model) for model in (*models, judge))
    return replace(asked, inputs=inputs, judge=judge, subject=together)
