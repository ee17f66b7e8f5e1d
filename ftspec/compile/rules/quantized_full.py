"""FT303: quantized weights cannot be trained, only adapters beside them, and not every one."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import QUANTIZED_FULL
from ftspec.compile.defaults import method_of, root_model
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic, Label

LOOKS_AT = ("train.method", "train.model", "train.from", "train.adapter_of", "model.quantization")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages that train the weights of a quantized model, or need them as they were."""
    for name, train in spec.trains.items():
        model = root_model(spec, name)
        stored = spec.models[model].quantization if model is not None else None
        against = method_of(train).over_quantized(stored.keyword()) if stored is not None else None
        if against is None:
            continue
        message, help = against
        place = spec.place(f"model.{model}.quantization")
        labels = (Label(place, "quantized here"),) if place else ()
        yield Diagnostic(QUANTIZED_FULL, message, spec.place(f"train.{name}.method"), help, labels)
