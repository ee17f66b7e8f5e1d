"""FT218: stages that start from one another never start."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.circles import circles
from ftspec.compile.codes import CYCLE
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("train.from", "train.adapter_of")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Each circle of stages once, at the first of them."""
    parents = {name: [each for each in (t.from_, t.adapter_of) if each] for name, t in spec.trains.items()}
    order = sorted(parents, key=lambda name: _start(spec, name))
    for circle in circles({name: parents[name] for name in order}):
        first = circle[0]
        field = "from" if spec.trains[first].from_ == circle[1] else "adapter_of"
        message = f"`train {first}` starts from itself: {' → '.join(circle)}"
        yield Diagnostic(CYCLE, message, spec.place(f"train.{first}.{field}"), "start one stage from a `model`")


def _start(spec: Spec, name: str) -> int:
    place = spec.place(f"train.{name}")
    return place.span.start if place else 0
