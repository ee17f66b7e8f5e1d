"""FT316: some objectives compare the rows that lie on the device together."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import MICRO_BATCH_TOO_SMALL
from ftspec.compile.defaults import objective_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("train.micro_batch_size", "train.batch_size", "train.objective")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages whose micro batches hold fewer rows than their objective needs."""
    for name, train in spec.trains.items():
        objective = objective_of(train)
        least = objective.smallest_micro_batch
        for field in ("batch_size", "micro_batch_size"):
            size = getattr(train, field)
            if isinstance(size, int) and size < least:
                message = f"`{objective.keyword()}` needs {least} rows at a time or more"
                help = f"write `{field} = {least}` or more: it estimates from other rows how far the model has moved"
                yield Diagnostic(MICRO_BATCH_TOO_SMALL, message, spec.place(f"train.{name}.{field}"), help)
                break
