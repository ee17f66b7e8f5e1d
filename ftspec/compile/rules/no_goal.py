"""FT411: a spec that trains says what for."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import NO_GOAL
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("goal", "train")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """A spec with a stage and without a goal."""
    if spec.trains and spec.goal is None:
        message = "this spec does not say what the model is for"
        help = 'add `goal "what the model is for" { kind = task }`'
        yield Diagnostic(NO_GOAL, message, spec.place(f"train.{next(iter(spec.trains))}"), help)
