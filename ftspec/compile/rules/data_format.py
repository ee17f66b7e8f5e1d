"""FT308: an objective learns from rows of certain shapes."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import WRONG_FORMAT
from ftspec.compile.defaults import objective_of, parts_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("train.objective", "train.data", "data.format", "data.source", "data.mixture", "data")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages whose data is named to be of a shape that their objective cannot learn from."""
    for name, train in spec.trains.items():
        objective = objective_of(train)
        for use in parts_of(spec, train.data):
            format = spec.data[use.data].format
            if format is None or format in objective.formats:
                continue
            listed = " or ".join(f"`{each}`" for each in sorted(objective.formats))
            message = f"`{objective.keyword()}` cannot learn from {format} rows"
            yield Diagnostic(
                WRONG_FORMAT,
                message,
                spec.place(f"train.{name}.data"),
                f"give it {listed} rows, or name another objective",
            )
