"""FT218: a mixture that holds itself never ends."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.circles import circles
from ftspec.compile.codes import CYCLE
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("data.mixture", "data")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Each circle of mixtures once, at the first of them."""
    parts = {name: [part.use for part in data.mixture.parts] for name, data in spec.data.items() if data.mixture}
    for circle in circles({name: [use.data for use in uses] for name, uses in parts.items()}):
        first = circle[0]
        into = next(use for use in parts[first] if use.data == circle[1])
        shown = " → ".join(circle)
        message = f"the mixture of `data {first}` holds itself: {shown}"
        yield Diagnostic(CYCLE, message, spec.place(f"data.{first}.mixture.{into}"), "take that part out")
