"""FT303: quantized weights cannot be trained, only adapters beside them."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import QUANTIZED_FULL
from ftspec.compile.defaults import method_of, root_model
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic, Label

LOOKS_AT = ("train.method", "train.model", "train.from", "train.adapter_of", "model.quantization")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Stages that train the weights of a quantized model."""
    for name, train in spec.trains.items():
        model = root_model(spec, name)
        if model is None or method_of(train).trains_quantized or spec.models[model].quantization is None:
            continue
        keyword = method_of(train).keyword()
        place = spec.place(f"model.{model}.quantization")
        labels = (Label(place, "quantized here"),) if place else ()
        message = f"`{keyword}` trains weights that are quantized"
        help = "use `qlora()`, which trains an adapter beside them, or drop the quantization"
        yield Diagnostic(QUANTIZED_FULL, message, spec.place(f"train.{name}.method"), help, labels)
