"""FT401, FT403, FT407, FT410 and FT411: what the goal asks for that the spec does not do."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import DAILY_FACTS, NO_GATES, NO_GENERAL_GATE, NO_GOAL, PERSONAL_DATA
from ftspec.compile.defaults import scores_of, training_uses
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Advice that follows from the goal and the gates."""
    if not spec.trains:
        return
    yield from _goal(spec)
    yield from _gates(spec)


def _goal(spec: Spec) -> Iterator[Diagnostic]:
    first = spec.place(f"train.{next(iter(spec.trains))}")
    if spec.goal is None:
        help = 'add `goal "what the model is for" { kind = task }`'
        yield Diagnostic(NO_GOAL, "this spec does not say what the model is for", first, help)
        return
    if spec.goal.facts_change == "daily":
        help = "put the facts into retrieval, and train format or style instead"
        yield Diagnostic(
            DAILY_FACTS, "facts that change daily are stale before training ends", spec.place("goal.facts_change"), help
        )
    if spec.goal.kind in ("domain", "knowledge"):
        for name in training_uses(spec):
            if spec.data[name].clean.redact is None:
                help = "add `clean { redact = pii }`, or `redact = secrets` where names must stay"
                message = f"`data {name}` goes into the weights with whatever personal data it holds"
                yield Diagnostic(PERSONAL_DATA, message, spec.place(f"data.{name}"), help)


def _gates(spec: Spec) -> Iterator[Diagnostic]:
    required = [rule for rule in spec.gates.rules if rule.verb == "require"]
    last = list(spec.trains)[-1]
    if not required:
        help = "add `gates { require accuracy(tickets.test) >= 90% }`"
        yield Diagnostic(
            NO_GATES,
            "no gate decides whether this model ships",
            spec.place("gates") or spec.place(f"train.{last}"),
            help,
        )
        return
    trained = training_uses(spec)
    scores = [score for rule in spec.gates.rules for score in scores_of(rule)]
    if not any(use.data not in trained for score in scores for use in score.uses) and not any(
        score.metric.keyword() == "benchmark" for score in scores
    ):
        help = "add general text and `require perplexity(english) <= 1.05 * baseline`"
        yield Diagnostic(
            NO_GENERAL_GATE, "no gate looks at general ability, so forgetting goes unseen", spec.place("gates"), help
        )
