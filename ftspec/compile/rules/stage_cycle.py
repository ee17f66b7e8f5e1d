"""FT218: stages that start from one another never start."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.circles import circles
from ftspec.compile.codes import CYCLE
from ftspec.compile.defaults import makers_of
from ftspec.spec.spec import Spec
from ftspec.spec.train import Train
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("train.from", "train.adapter_of", "train.objective")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Each circle of stages once, at the first of them."""
    parents = {name: makers_of(spec, name) for name in spec.trains}
    order = sorted(parents, key=lambda name: _start(spec, name))
    for circle in circles({name: parents[name] for name in order}):
        first = circle[0]
        field = _field(spec.trains[first], circle[1])
        verb = "needs itself" if field == "objective" else "starts from itself"
        message = f"`train {first}` {verb}: {' → '.join(circle)}"
        help = "let one stage do without the others" if field == "objective" else "start one stage from a `model`"
        yield Diagnostic(CYCLE, message, spec.place(f"train.{first}.{field}"), help)


def _field(train: Train, other: str) -> str:
    """Where a stage names another one."""
    if train.from_ == other:
        return "from"
    return "adapter_of" if train.adapter_of == other else "objective"


def _start(spec: Spec, name: str) -> int:
    place = spec.place(f"train.{name}")
    return place.span.start if place else 0
