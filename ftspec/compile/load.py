"""A file becomes a spec: parsed, put together, typed, and held against the rules of meaning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ftspec.compile.program import assemble
from ftspec.compile.read import read_spec
from ftspec.compile.read.context import Context
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic, in_order
from ftspec.text.source import Source


@dataclass(frozen=True)
class Loaded:
    """A spec and what is wrong with it; `spec` is None when it could not be understood."""

    spec: Spec | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        """Whether any diagnostic is an error."""
        return any(each.is_error for each in self.diagnostics)


def load_spec(source: Source, path: Path, overlay: str | None = None, settings: Sequence[str] = ()) -> Loaded:
    """The spec in `source`, whose paths are relative to the folder of `path`."""
    from ftspec.compile.rules import check_meaning

    folder = path.resolve().parent
    program, found = assemble(source, folder, overlay, settings)
    context = Context(program, folder, found)
    spec = read_spec(context, path.name.removesuffix(".ft"))
    if spec is not None:
        found.extend(check_meaning(spec))
    return Loaded(spec, tuple(in_order(found)))
