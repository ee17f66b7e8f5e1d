"""FT218: stages that start from one another never start."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import CYCLE
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Every stage that reaches itself through `from` or `adapter_of`."""
    for name in spec.trains:
        path = [name]
        while (parent := _parent(spec, path[-1])) is not None and parent not in path:
            path.append(parent)
        if parent == name:
            circle = " → ".join((*path, name))
            place = spec.place(f"train.{name}.from")
            yield Diagnostic(
                CYCLE, f"`train {name}` starts from itself: {circle}", place, "start one stage from a `model`"
            )


def _parent(spec: Spec, name: str) -> str | None:
    train = spec.trains[name]
    return train.from_ or train.adapter_of
