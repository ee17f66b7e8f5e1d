"""FT407: domain and knowledge training puts its rows into the weights, personal data included."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import PERSONAL_DATA
from ftspec.compile.defaults import training_uses
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("goal.kind", "train.data", "data.clean", "data.mixture")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Training data of a domain goal without `redact`."""
    if spec.goal is None or spec.goal.kind not in ("domain", "knowledge"):
        return
    for name in training_uses(spec):
        if name in spec.data and spec.data[name].clean.redact is None:
            help = "add `clean { redact = pii }`, or `redact = secrets` where names must stay"
            message = f"`data {name}` goes into the weights with whatever personal data it holds"
            yield Diagnostic(PERSONAL_DATA, message, spec.place(f"data.{name}"), help)
