"""FT328: who writes rows is a language model."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import CANNOT_WRITE
from ftspec.compile.defaults import objective_of, writings_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic, Label

LOOKS_AT = ("train.objective", "data.source", "data.augment")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Rows that a train with a head of classes or of rewards is to write."""
    for path, writing in writings_of(spec):
        writer = spec.trains.get(writing.model)
        if writer is None or objective_of(writer).head == "causal_lm":
            continue
        place = spec.place(f"train.{writing.model}.objective") or spec.place(f"train.{writing.model}")
        labels = (Label(place, f"it learns by `{objective_of(writer).keyword()}`"),) if place else ()
        message = f"`{writing.model}` writes no text"
        help = "name a train that learns to write, by `sft()` for one, or a `model` block"
        yield Diagnostic(CANNOT_WRITE, message, spec.place(path), help, labels)
