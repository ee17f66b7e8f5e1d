"""FT319: early stopping goes back to the best checkpoint, which some methods cannot."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import NO_WAY_BACK
from ftspec.compile.defaults import method_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("train.early_stopping", "train.method", "train.adapter_of")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages that are to go back to a checkpoint that holds less than what trains."""
    for name, train in spec.trains.items():
        method = method_of(train)
        if train.early_stopping is None or method.resumes:
            continue
        message = f"early stopping goes back to the best checkpoint, and none holds all of `{method.keyword()}`"
        help = "leave `early_stopping` out and set the length, or use `lora()`"
        yield Diagnostic(NO_WAY_BACK, message, spec.place(f"train.{name}.early_stopping"), help)
