"""FT403: without a gate on text that training does not touch, forgetting goes unseen; FT418: a waiver beside one."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import IDLE_GENERAL_WAIVER, NO_GENERAL_GATE
from ftspec.compile.defaults import final_train, objective_of, scores_of, training_uses
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("gates.rules", "train.data", "train.objective", "data", "data.mixture")


_GENERAL = frozenset({"perplexity", "loss"})


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Gates that look at the task alone."""
    waived = bool((spec.gates.no_general_gate or "").strip())
    if not spec.trains or not any(rule.verb == "require" for rule in spec.gates.rules):
        return
    if objective_of(spec.trains[final_train(spec)]).outputs is not None:
        return  # a model that scores rows writes nothing that it could forget
    trained = training_uses(spec)
    scores = [score for rule in spec.gates.rules for score in scores_of(rule)]
    elsewhere = [score for score in scores if any(use.data not in trained for use in score.uses)]
    benchmarks = [score for score in scores if score.metric.keyword() == "benchmark"]
    looks = bool(elsewhere or benchmarks)
    # Other scores of data that nothing trains on may be about the task: a reason beside them is not contradicted.
    if waived and (benchmarks or any(score.metric.keyword() in _GENERAL for score in elsewhere)):
        message, help = "`no_general_gate` says why no gate looks at general ability, and one does", "remove it"
        yield Diagnostic(IDLE_GENERAL_WAIVER, message, spec.place("gates.no_general_gate"), help)
    if not looks and not waived:
        help = (
            "add general text and `require perplexity(english) <= 1.05 * baseline`, or say in `gates` why not: "
            '`no_general_gate = "…"`'
        )
        message = "no gate looks at general ability, so forgetting goes unseen"
        yield Diagnostic(NO_GENERAL_GATE, message, spec.place("gates"), help)
