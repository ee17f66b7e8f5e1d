"""The files that a spec names. FT409 says which of them are not there yet: `check` warns, `compile` needs them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, get_args

from ftspec.compile.codes import FILE_NOT_THERE, MISSING_GATE_FILE
from ftspec.compile.defaults import scores_of
from ftspec.spec.kind import Kind
from ftspec.spec.spec import Spec
from ftspec.spec.types import Frozen, InRepository
from ftspec.text.diagnostic import Diagnostic, Place
from ftspec.text.suggest import similar

_GLOB = "*?["
_MOST = 2_000
"""Files of a folder that are looked at for a similar name."""


class Named(NamedTuple):
    """A file, a folder or a pattern that a spec names."""

    path: str
    """Relative to the spec's folder, with forward slashes."""

    place: Place | None

    @property
    def is_pattern(self) -> bool:
        """Whether it stands for every file that fits it."""
        return any(char in self.path for char in _GLOB)


def named_files(spec: Spec) -> Iterator[Named]:
    """Every path in models, data and gates."""
    blocks: list[tuple[str, Frozen]] = [(f"model.{name}", model) for name, model in spec.models.items()]
    blocks += [(f"data.{name}", data) for name, data in spec.data.items()]
    for path, block in blocks:
        for name in type(block).model_fields:
            yield from (Named(file, spec.place(f"{path}.{name}")) for file in _paths(block, name))
    for number, rule in enumerate(spec.gates.rules):
        metrics = [score.metric for score in scores_of(rule)]
        files = [file for each in metrics for name in type(each).model_fields for file in _paths(each, name)]
        yield from (Named(file, spec.place(f"gates.rules.{number}")) for file in files)


def missing_files(spec: Spec) -> Iterator[Diagnostic]:
    """Every path that leads to nothing."""
    for named in named_files(spec):
        if not named.is_pattern and not (spec.root / named.path).exists():
            near = nearest_path(spec.root, named.path)
            help = f"`{near}` is there" if near else "put it there before `ftspec compile`"
            yield Diagnostic(FILE_NOT_THERE, f"`{named.path}` is not there", named.place, help)


def missing_gate_files(spec: Spec) -> Iterator[Diagnostic]:
    """FT553: what metrics read: models and data are looked for as they are surveyed."""
    for number, rule in enumerate(spec.gates.rules):
        metrics = [score.metric for score in scores_of(rule)]
        for file in (file for each in metrics for name in type(each).model_fields for file in _paths(each, name)):
            if not (spec.root / file).exists():
                near = nearest_path(spec.root, file)
                help = f"`{near}` is there" if near else "paths are relative to the spec's folder"
                place = spec.place(f"gates.rules.{number}")
                yield Diagnostic(MISSING_GATE_FILE, f"there is no `{file}`", place, help)


def nearest_path(root: Path, path: str) -> str | None:
    """A path that is there and is spelled nearly so."""
    here, parts = root, list[str]()
    for part in PurePosixPath(path).parts:
        if not (here / part).exists():
            near = similar(part, _entries(here))
            if near is None:
                return None
            part = near
        here, parts = here / part, [*parts, part]
    return "/".join(parts)


def _entries(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))[:_MOST]
    except OSError:
        return []


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
