"""FT409: files that a spec names and that are not there yet; `check` says so, `compile` needs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from ftspec.compile.codes import FILE_NOT_THERE
from ftspec.spec.kind import Kind
from ftspec.spec.spec import Spec
from ftspec.spec.types import Frozen, InRepository
from ftspec.text.diagnostic import Diagnostic

_GLOB = "*?["


def missing_files(spec: Spec) -> Iterator[Diagnostic]:
    """Every path in models and data that leads to nothing."""
    blocks: list[tuple[str, Frozen]] = [(f"model.{name}", model) for name, model in spec.models.items()]
    blocks += [(f"data.{name}", data) for name, data in spec.data.items()]
    for path, block in blocks:
        for name in type(block).model_fields:
            for file in _paths(block, name):
                if not any(char in file for char in _GLOB) and not (spec.root / file).exists():
                    help = "put it there before `ftspec compile`"
                    yield Diagnostic(FILE_NOT_THERE, f"`{file}` is not there", spec.place(f"{path}.{name}"), help)


def _paths(model: Frozen, name: str) -> Iterator[str]:
    """The paths in one field: its own, or those of the call or block that it holds."""
    value: Any = getattr(model, name)
    field = type(model).model_fields[name]
    if isinstance(value, str) and any(
        isinstance(each, InRepository) for each in _markers(field.annotation, field.metadata)
    ):
        yield value
    elif isinstance(value, tuple):
        yield from (
            each for each in value if isinstance(each, str) and InRepository() in _markers(field.annotation, [])
        )
    elif isinstance(value, Kind | Frozen):
        for inner in type(value).model_fields:
            yield from _paths(value, inner)


def _markers(annotation: Any, metadata: list[Any]) -> list[Any]:
    found = list(metadata)
    for each in get_args(annotation):
        found += _markers(each, [each] if isinstance(each, InRepository) else [])
    return found
