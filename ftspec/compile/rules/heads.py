"""FT317: a stage that starts from a scoring model must go on with the same head."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import HEADS_DIFFER
from ftspec.compile.defaults import objective_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("train.objective", "train.from", "train.adapter_of")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages that start from a model whose head they cannot use."""
    for name, train in spec.trains.items():
        for field, parent in (("from", train.from_), ("adapter_of", train.adapter_of)):
            before = spec.trains.get(parent) if parent is not None else None
            if before is None:
                continue
            had, wanted = objective_of(before), objective_of(train)
            going_on = field == "adapter_of" and had.outputs != wanted.outputs
            if not going_on and (had.outputs is None or had.outputs == wanted.outputs):
                continue
            message = f"`{parent}` learns by `{had.keyword()}`, and its head does not do for `{wanted.keyword()}`"
            help = "start from the stage before it, or from the model"
            yield Diagnostic(HEADS_DIFFER, message, spec.place(f"train.{name}.{field}"), help)
