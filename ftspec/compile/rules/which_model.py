"""FT307: a stage must say which model it starts from when there are several, or none."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import WHICH_MODEL
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages without `model`, `from` or `adapter_of` in a file that does not have exactly one model."""
    for name, train in spec.trains.items():
        if train.model or train.from_ or train.adapter_of or len(spec.models) == 1:
            continue
        listed = ", ".join(f"`model = {each}`" for each in spec.models)
        help = (
            f"add {listed.replace(', ', ' or ')}"
            if spec.models
            else 'add a block `model base { source = path("base") }`'
        )
        message = f"`train {name}` does not say which model it starts from"
        yield Diagnostic(WHICH_MODEL, message, spec.place(f"train.{name}"), help)
