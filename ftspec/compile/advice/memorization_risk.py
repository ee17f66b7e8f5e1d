"""FT406: few examples, many trainable parameters and many epochs end in memory rather than skill."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import MEMORIZATION_RISK
from ftspec.compile.defaults import metric_of, scores_of
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Train
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

PASSES = 10
"""Epochs from which a fine-tune on few rows is known to repeat them."""

PER_TOKEN = 1000
"""Trainable parameters for each trained token beyond which every row can be held by heart."""


def check(spec: Spec, plan: Plan) -> Iterator[Diagnostic]:
    """Stages that can hold their data by heart, where no gate would notice."""
    watched = {metric_of(score).keyword() for rule in spec.gates.rules for score in scores_of(rule)}
    if watched & {"memorization", "overfitting"}:
        return
    for step in plan.of(Train):
        trained = step.tokens.trained_tokens if step.tokens else 0
        if trained and step.epochs > PASSES and step.adaptation.trainable > PER_TOKEN * trained:
            message = (
                f"{step.epochs:g} epochs over {trained:,} trained tokens with "
                f"{step.adaptation.trainable:,} trainable parameters can be learned by heart"
            )
            rows = f"{step.data.data.removeprefix('data.')}.{step.data.split}"
            help = f"add `warn memorization({rows}) <= 2%`, or train for less"
            yield Diagnostic(MEMORIZATION_RISK, message, spec.place(f"{step.id}.length"), help)
