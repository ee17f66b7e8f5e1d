"""FT326: a batch holds whole groups of answers to one prompt."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import UNEVEN_GROUPS
from ftspec.compile.defaults import objective_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("train.objective", "train.batch_size")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages that compare the answers to a prompt and whose batch ends in the middle of a group."""
    for name, train in spec.trains.items():
        generations = getattr(objective_of(train), "generations", 1)
        if train.batch_size % generations == 0:
            continue
        path = f"train.{name}.batch_size" if f"train.{name}.batch_size" in spec.origins else f"train.{name}.objective"
        message = f"a batch of {train.batch_size} answers does not hold whole groups of {generations}"
        size = max(1, round(train.batch_size / generations)) * generations
        yield Diagnostic(UNEVEN_GROUPS, message, spec.place(path), f"write `batch_size = {size}`")
