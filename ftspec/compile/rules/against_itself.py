"""FT357: a model against itself wins half of the time, whatever it learned."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import AGAINST_ITSELF
from ftspec.compile.defaults import final_train, metric_of, scores_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("gates.rules", "train.data", "train.objective", "model")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Metrics of a rule that compare the answers of one model with its own."""
    if not spec.trains:
        return
    for number, rule in enumerate(spec.gates.rules):
        for score in scores_of(rule):
            scored = score.of or final_train(spec)
            if getattr(metric_of(score), "over", None) == scored:
                others = [name for name in (*spec.trains, *spec.models) if name != scored]
                help = f"write `over = {others[-1]}`" if others else "name another train or a `model` block as `over`"
                message = f"`{score.metric.keyword()}` compares `{scored}` with itself"
                yield Diagnostic(AGAINST_ITSELF, message, spec.place(f"gates.rules.{number}"), help)
