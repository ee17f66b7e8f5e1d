"""FT304 and FT314: what is to be kept must exist: an adapter to keep, or one that can be merged."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import NO_ADAPTER, UNMERGEABLE
from ftspec.compile.defaults import final_train, method_of
from ftspec.kinds.methods import Method
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = (
    "output",
    "output.adapter",
    "output.merge",
    "output.quantization",
    "output.gguf",
    "train",
    "train.method",
    "train.from",
)


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Outputs that the method of the last stage cannot give."""
    if not spec.trains:
        return
    train = spec.trains[final_train(spec)]
    method = method_of(train)
    for name in _merging(spec, method):
        yield Diagnostic(UNMERGEABLE, _unmergeable(method), spec.place(f"output.{name}"), _instead(method, name))
    if spec.output.adapter and not method.has_adapter:
        message = f"`{method.keyword()}` changes the model's own weights and has no adapter"
        help = "leave `adapter` out: whole weights are kept"
        yield Diagnostic(NO_ADAPTER, message, spec.place("output.adapter"), help)
    elif spec.output.adapter and train.from_:
        message = f"the adapter of the last stage fits the result of `{train.from_}`, not the model itself"
        help = f"write `merge = true`, or train one adapter on: `adapter_of = {train.from_}`"
        yield Diagnostic(NO_ADAPTER, message, spec.place("output.adapter"), help)


def _unmergeable(method: Method) -> str:
    if method.has_adapter:
        return f"`{method.keyword()}` cannot be merged into the weights"
    return f"`{method.keyword()}` trains the model's own weights, so there is nothing to merge"


def _merging(spec: Spec, method: Method) -> list[str]:
    """What the spec asks for that needs merged weights, where the method has none. Whole weights need no merging."""
    if method.mergeable:
        return []
    asked = {"merge": spec.output.merge, "quantization": spec.output.quantization, "gguf": spec.output.gguf}
    return [name for name, value in asked.items() if value and (method.has_adapter or name == "merge")]


def _instead(method: Method, name: str) -> str:
    return f"leave `{name}` out, and keep the adapter: `adapter = true`" if method.has_adapter else "leave `merge` out"
