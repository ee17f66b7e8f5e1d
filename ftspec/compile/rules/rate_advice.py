"""FT404: a learning rate far outside what the method is used with."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import UNUSUAL_RATE
from ftspec.compile.defaults import method_of
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("train.method", "train.learning_rate")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Rates below or above the method's usual range."""
    for name, train in spec.trains.items():
        method = method_of(train)
        low, high = method.usual_rates
        if train.learning_rate == "auto" or low <= train.learning_rate <= high:
            continue
        side = "above" if train.learning_rate > high else "below"
        message = f"{train.learning_rate:g} is far {side} what `{method.keyword()}` is trained with"
        help = f"rates from {low:g} to {high:g} are usual; `auto` stands for {method.usual_learning_rate:g}"
        yield Diagnostic(UNUSUAL_RATE, message, spec.place(f"train.{name}.learning_rate"), help)
