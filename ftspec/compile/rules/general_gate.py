"""FT403: without a gate on text that training does not touch, forgetting goes unseen."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import NO_GENERAL_GATE
from ftspec.compile.defaults import final_train, objective_of, scores_of, training_uses
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("gates.rules", "train.data", "train.objective", "data", "data.mixture")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Gates that look at the task alone."""
    if not spec.trains or spec.gates.no_general_gate or not any(rule.verb == "require" for rule in spec.gates.rules):
        return
    if objective_of(spec.trains[final_train(spec)]).outputs is not None:
        return  # a model that scores rows writes nothing that it could forget
    trained = training_uses(spec)
    scores = [score for rule in spec.gates.rules for score in scores_of(rule)]
    elsewhere = any(use.data not in trained for score in scores for use in score.uses)
    if not elsewhere and not any(score.metric.keyword() == "benchmark" for score in scores):
        help = (
            "add general text and `require perplexity(english) <= 1.05 * baseline`, or say in `gates` why not: "
            '`no_general_gate = "…"`'
        )
        message = "no gate looks at general ability, so forgetting goes unseen"
        yield Diagnostic(NO_GENERAL_GATE, message, spec.place("gates"), help)
