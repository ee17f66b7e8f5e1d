"""FT218: stages that start from one another never start."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.circles import circles
from ftspec.compile.codes import CYCLE
from ftspec.compile.defaults import makers_of, objective_of
from ftspec.spec.spec import Spec
from ftspec.spec.train import Train
from ftspec.text.diagnostic import Diagnostic

_VERBS = {"objective": "needs itself", "data": "learns from what it writes itself"}
_HELP = {
    "objective": "let one stage do without the others",
    "data": "let another stage, or a `model` block, write the rows",
}

LOOKS_AT = ("train.from", "train.adapter_of", "train.objective", "train.data", "data.source")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Each circle of stages once, at the first of them."""
    parents = {name: makers_of(spec, name) for name in spec.trains}
    order = sorted(parents, key=lambda name: _start(spec, name))
    for circle in circles({name: parents[name] for name in order}):
        first = circle[0]
        field = _field(spec.trains[first], circle[1])
        verb = _VERBS.get(field, "starts from itself")
        message = f"`train {first}` {verb}: {' → '.join(circle)}"
        help = _HELP.get(field, "start one stage from a `model`")
        yield Diagnostic(CYCLE, message, spec.place(f"train.{first}.{field}"), help)


def _field(train: Train, other: str) -> str:
    """Where a stage names another one."""
    if train.from_ == other:
        return "from"
    if train.adapter_of == other:
        return "adapter_of"
    return "objective" if other in objective_of(train).makers() else "data"


def _start(spec: Spec, name: str) -> int:
    place = spec.place(f"train.{name}")
    return place.span.start if place else 0
