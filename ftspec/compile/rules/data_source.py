"""FT313: data comes from a source or from a mixture, and from one of them alone."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import SOURCE_OR_MIXTURE
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("data.source", "data.mixture")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Data blocks with neither or both."""
    for name, data in spec.data.items():
        if data.source is None and data.mixture is None:
            message = f"`data {name}` does not say where its rows are"
            help = 'add `source = jsonl("data/rows.jsonl")`'
            yield Diagnostic(SOURCE_OR_MIXTURE, message, spec.place(f"data.{name}"), help)
        elif data.source is not None and data.mixture is not None:
            message = f"`data {name}` has a source and a mixture"
            help = "give the source a `data` block of its own and name it in the mixture"
            yield Diagnostic(SOURCE_OR_MIXTURE, message, spec.place(f"data.{name}.mixture"), help)
