"""FT314 and FT318: a stage that trains an adapter on must have that adapter, as it is."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import NO_ADAPTER, OTHER_ADAPTER
from ftspec.compile.defaults import method_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic, Label

LOOKS_AT = ("train.adapter_of", "train.method")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages that go on with an adapter that is not there, that is another one, or that cannot go on."""
    for name, train in spec.trains.items():
        before = spec.trains.get(train.adapter_of) if train.adapter_of is not None else None
        if before is None:
            continue
        had, wanted = method_of(before), method_of(train)
        place = spec.place(f"train.{train.adapter_of}.method")
        labels = (Label(place, "trained here"),) if place else ()
        here = spec.place(f"train.{name}.adapter_of")
        if not had.has_adapter:
            message = f"`{had.keyword()}` changes the model's own weights: there is no adapter to go on with"
            yield Diagnostic(NO_ADAPTER, message, here, f"write `from = {train.adapter_of}`", labels)
        elif had != wanted:
            message = f"`{name}` goes on with the adapter of `{train.adapter_of}`, which is not the one named here"
            help = f"leave `method` out, or put a new adapter on the result: `from = {train.adapter_of}`"
            yield Diagnostic(OTHER_ADAPTER, message, spec.place(f"train.{name}.method"), help, labels)
        elif not had.goes_on:
            message = f"what `{had.keyword()}` keeps of its training is not what it trains, so it cannot go on"
            yield Diagnostic(OTHER_ADAPTER, message, here, _instead(had.mergeable, train.adapter_of), labels)


def _instead(mergeable: bool, before: str | None) -> str:
    if mergeable:
        return f"put a new adapter on the result: `from = {before}`"
    return f"train `{before}` for longer, or by another method"
