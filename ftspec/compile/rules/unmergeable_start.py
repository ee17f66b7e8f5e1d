"""FT304: a stage starts from another one by merging what that one learned into the weights."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import UNMERGEABLE
from ftspec.compile.defaults import method_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic, Label

LOOKS_AT = ("train.from", "train.method")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages that start from an adapter which cannot be merged."""
    for name, train in spec.trains.items():
        before = spec.trains.get(train.from_) if train.from_ is not None else None
        if before is None or not (method := method_of(before)).has_adapter or method.mergeable:
            continue
        place = spec.place(f"train.{train.from_}.method")
        labels = (Label(place, "trained here"),) if place else ()
        message = f"`{name}` starts from `{train.from_}`, and `{method.keyword()}` cannot be merged into the weights"
        help = f"train the same adapter on: `adapter_of = {train.from_}`, or use `lora()` in `{train.from_}`"
        yield Diagnostic(UNMERGEABLE, message, spec.place(f"train.{name}.from"), help, labels)
