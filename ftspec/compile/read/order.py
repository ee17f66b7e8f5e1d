"""Which blocks take part, in which order stages run, and what they take over from one another."""

from __future__ import annotations

from collections.abc import Mapping

from ftspec.compile.program.sections import Program
from ftspec.spec.train import Train


def reached(program: Program, links: Mapping[str, set[str]]) -> frozenset[str]:
    """The labels of the spec's own file, and those of imported files that they lead to.

    A train of an imported file that nothing names is not run.
    """
    own = {label for label, section in program.labelled.items() if section.scope is program.scope}
    kept: set[str] = set()
    waiting = [*own, *(label for kind in program.single for label in links.get(kind, ()))]
    while waiting:
        label = waiting.pop()
        if label not in kept:
            kept.add(label)
            waiting += links.get(label, ())
    return frozenset(kept)


def stages_in_order(trains: Mapping[str, Train], links: Mapping[str, set[str]]) -> dict[str, Train]:
    """Every stage after the stages it names, otherwise in the order written. Circles keep the written order."""
    ordered: dict[str, Train] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in ordered or name in above:
            return
        for other in trains:
            if other in links.get(name, ()):
                add(other, (*above, name))
        ordered[name] = trains[name]

    for name in trains:
        add(name, ())
    return ordered


def with_inherited_methods(trains: Mapping[str, Train]) -> dict[str, Train]:
    """Stages in order, where one that goes on with an adapter and names no method has that adapter's."""
    known: dict[str, Train] = {}
    for name, train in trains.items():
        before = known.get(train.adapter_of) if train.adapter_of is not None else None
        inherits = before is not None and train.method is None
        known[name] = train.model_copy(update={"method": before.method}) if before and inherits else train
    return known
