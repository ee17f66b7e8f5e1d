"""Which blocks take part, and in which order stages run."""

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
