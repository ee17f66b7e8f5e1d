"""FT329: what chooses between trials must be neither what they learned nor what judges the winner."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import CHOSEN_ON_GATE_DATA
from ftspec.compile.defaults import metric_of, scores_of, training_uses
from ftspec.spec.spec import Spec
from ftspec.spec.types import Use
from ftspec.text.diagnostic import Diagnostic, Label

LOOKS_AT = ("search", "gates.rules", "train.data", "data.mixture", "data")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """A search by rows that a stage trains on, or that a gate reads."""
    if spec.search is None or spec.search.score is None:
        return
    score, path = spec.search.score, f"search.{spec.search.direction}"
    for use in score.uses:
        if not metric_of(score).reads_training_data:
            yield from _trained(spec, path, use)
        yield from _judged(spec, path, use)


def _trained(spec: Spec, path: str, use: Use) -> Iterator[Diagnostic]:
    for where, other in training_uses(spec).get(use.data, ()):
        if _meet(use, other):
            message = f"training reads `{use}`: the trial that learned it by heart would win"
            yield _diagnostic(
                spec, path, use, message, Label(place, "it trains here") if (place := spec.place(where)) else None
            )
            return


def _judged(spec: Spec, path: str, use: Use) -> Iterator[Diagnostic]:
    for number, rule in enumerate(spec.gates.rules):
        where = f"gates.rules.{number}"
        if rule.verb == "require" and any(_meet(use, other) for score in scores_of(rule) for other in score.uses):
            message = f"a gate reads `{use}` too: the winner would be judged on rows that chose it"
            place = spec.place(where)
            yield _diagnostic(spec, path, use, message, Label(place, "this gate") if place else None)
            return


def _meet(one: Use, other: Use) -> bool:
    return one.data == other.data and (one.split == other.split or one.split is None or other.split is None)


def _diagnostic(spec: Spec, path: str, use: Use, message: str, label: Label | None) -> Diagnostic:
    help = f"choose by rows that nothing else reads, such as `{use.data}.validation`"
    return Diagnostic(CHOSEN_ON_GATE_DATA, message, spec.place(path), help, (label,) if label else ())
