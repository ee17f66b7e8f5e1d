"""FT301 and FT302: a gate must not read what training has seen, nor all of data that is split."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import TRAINS_ON_GATE_DATA, WHOLE_AND_SPLIT
from ftspec.compile.defaults import metric_of, scores_of, training_uses
from ftspec.spec.spec import Spec
from ftspec.spec.types import Use
from ftspec.text.diagnostic import Diagnostic, Label


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Gates over training rows, and data used both whole and in parts."""
    trained = training_uses(spec)
    for number, rule in enumerate(spec.gates.rules):
        path = f"gates.rules.{number}"
        for score in scores_of(rule):
            if rule.verb != "require" or metric_of(score).reads_training_data:
                continue
            for use in score.uses:
                yield from _seen(spec, path, use, trained.get(use.data, []))
    yield from _whole_and_split(spec)


def _seen(spec: Spec, path: str, use: Use, trained: list[tuple[str, Use]]) -> Iterator[Diagnostic]:
    for stage, other in trained:
        if use.split == other.split or use.split is None:
            place = spec.place(f"train.{stage}.data")
            labels = (Label(place, f"`train {stage}` reads it here"),) if place else ()
            help = f"measure on rows that training does not read, such as `{use.data}.test`"
            yield Diagnostic(
                TRAINS_ON_GATE_DATA, f"`{use}` is training data, so it proves nothing", spec.place(path), help, labels
            )


def _whole_and_split(spec: Spec) -> Iterator[Diagnostic]:
    uses = [(f"train.{name}.data", train.data) for name, train in spec.trains.items()]
    uses += [
        (f"gates.rules.{number}", use)
        for number, rule in enumerate(spec.gates.rules)
        for score in scores_of(rule)
        for use in score.uses
    ]
    parted = {use.data: path for path, use in reversed(uses) if use.split is not None}
    for path, use in uses:
        if use.split is None and use.data in parted:
            place = spec.place(parted[use.data])
            labels = (Label(place, "a part of it is used here"),) if place else ()
            message = f"`{use.data}` without a split is all of it, and elsewhere it is split"
            help = f"write `{use.data}.train`, `{use.data}.validation` or `{use.data}.test`"
            yield Diagnostic(WHOLE_AND_SPLIT, message, spec.place(path), help, labels)
