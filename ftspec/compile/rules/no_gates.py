"""FT410: without a required gate nothing decides whether a model ships."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import NO_GATES
from ftspec.compile.defaults import final_train
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("gates.rules", "train")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """A spec with a stage and no `require` in its gates."""
    if spec.trains and not any(rule.verb == "require" for rule in spec.gates.rules):
        help = "add `gates { require accuracy(tickets.test) >= 90% }`"
        place = spec.place("gates") or spec.place(f"train.{final_train(spec)}")
        yield Diagnostic(NO_GATES, "no gate decides whether this model ships", place, help)
