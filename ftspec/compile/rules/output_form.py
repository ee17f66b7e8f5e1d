"""FT304 and FT314: what is to be kept must exist: an adapter to keep, or one that can be merged."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import NO_ADAPTER, UNMERGEABLE
from ftspec.compile.defaults import final_train, method_of
from ftspec.kinds.methods import Method
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("output", "output.adapter", "output.merge", "train", "train.method", "train.from")


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Outputs that the method of the last stage cannot give."""
    if not spec.trains:
        return
    train = spec.trains[final_train(spec)]
    method = method_of(train)
    if spec.output.merge and not method.mergeable:
        yield Diagnostic(UNMERGEABLE, _unmergeable(method), spec.place("output.merge"), _instead_of_merging(method))
    if spec.output.adapter and not method.has_adapter:
        message = f"`{method.keyword()}` changes the model's own weights and has no adapter"
        help = "leave `adapter` out: whole weights are kept"
        yield Diagnostic(NO_ADAPTER, message, spec.place("output.adapter"), help)
    elif spec.output.adapter and spec.output.merge:
        message = "`adapter` and `merge` ask for two different artefacts, and one ships"
        yield Diagnostic(NO_ADAPTER, message, spec.place("output.adapter"), "keep one of the two")
    elif spec.output.adapter and train.from_:
        message = f"the adapter of the last stage fits the result of `{train.from_}`, not the model itself"
        help = f"write `merge = true`, or train one adapter on: `adapter_of = {train.from_}`"
        yield Diagnostic(NO_ADAPTER, message, spec.place("output.adapter"), help)


def _unmergeable(method: Method) -> str:
    if method.has_adapter:
        return f"`{method.keyword()}` cannot be merged into the weights"
    return f"`{method.keyword()}` trains the model's own weights, so there is nothing to merge"


def _instead_of_merging(method: Method) -> str:
    return "keep it as an adapter: `adapter = true`" if method.has_adapter else "leave `merge` out"
