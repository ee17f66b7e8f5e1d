"""FT307: a stage starts from one thing: a model, or an earlier stage."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import WHICH_MODEL
from ftspec.compile.defaults import only_model
from ftspec.spec.spec import Spec
from ftspec.spec.train import Train
from ftspec.text.diagnostic import Diagnostic, Place

LOOKS_AT = ("model", "train.model", "train.from", "train.adapter_of")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages that start from nothing that is named, or from two things."""
    for name, train in spec.trains.items():
        said = _said(train)
        if not said and only_model(spec) is None:
            message = f"`train {name}` does not say which model it starts from"
            yield Diagnostic(WHICH_MODEL, message, spec.place(f"train.{name}"), _help(spec))
        elif len(said) > 1:
            message = f"`train {name}` starts from `{said[0]}` and from `{said[1]}`"
            yield Diagnostic(WHICH_MODEL, message, _later(spec, name, said), "keep one of the two")


def _later(spec: Spec, name: str, said: list[str]) -> Place | None:
    """Where the second of two stands in the file."""
    places = [place for each in said if (place := spec.place(f"train.{name}.{each}")) is not None]
    return max(places, key=lambda place: place.span.start, default=None)


def _said(train: Train) -> list[str]:
    values = {"model": train.model, "from": train.from_, "adapter_of": train.adapter_of}
    return [name for name, value in values.items() if value is not None]


def _help(spec: Spec) -> str:
    if not spec.models:
        return 'add a block `model base { source = path("base") }`'
    return "add " + " or ".join(f"`model = {each}`" for each in spec.models)
