"""FT218: data that models write answers the prompts of other data."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.circles import circles
from ftspec.compile.codes import CYCLE
from ftspec.compile.defaults import generated_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("data.source", "data")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Each circle of data that answers its own prompts once, at the first of them."""
    links = {name: (source.prompts.data,) for name in spec.data if (source := generated_of(spec, name))}
    for circle in circles(links):
        message = f"`data {circle[0]}` answers its own prompts: {' → '.join(circle)}"
        help = "name data that is there before the run as `prompts`"
        yield Diagnostic(CYCLE, message, spec.place(f"data.{circle[0]}.source"), help)
