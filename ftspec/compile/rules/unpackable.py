"""FT315: rows may share a sequence only where the objective and the method read them one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import UNPACKABLE
from ftspec.compile.defaults import method_of, objective_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LEAVE_OUT = "leave `packing` out: rows of like length are read together, and little is padded"

LOOKS_AT = ("train.packing", "train.objective", "train.method")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages that are to be packed and cannot be."""
    for name, train in spec.trains.items():
        if train.packing is not True:
            continue
        objective, method = objective_of(train), method_of(train)
        if not objective.packs:
            message = f"`{objective.keyword()}` needs every row in a sequence of its own"
        elif not method.packs:
            message = f"`{method.keyword()}` {method.alone}, so each needs its own sequence"
        else:
            continue
        yield Diagnostic(UNPACKABLE, message, spec.place(f"train.{name}.packing"), LEAVE_OUT)
