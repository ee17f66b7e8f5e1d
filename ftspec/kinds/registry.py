"""Finds a keyword's class by the name of its file, and imports no other file."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from ftspec.spec.kind import Kind

_ROOT = Path(__file__).parent
_KEYWORD = re.compile(r"[a-z][a-z0-9_]*")


@cache
def families() -> tuple[str, ...]:
    """Every family: `methods`, `metrics`, `objectives`, …"""
    return tuple(sorted(path.parent.name for path in _ROOT.glob("*/__init__.py")))


@cache
def keywords(family: str) -> tuple[str, ...]:
    """Every keyword of a family, those of installed packages included."""
    own = {path.stem.removesuffix("_") for path in (_ROOT / family).glob("[a-z]*.py")}
    return tuple(sorted(own | set(_entry_points(family))))


@cache
def find(family: str, keyword: str) -> type[Kind] | None:
    """The class behind a keyword, or None. Imports its file alone."""
    if not _KEYWORD.fullmatch(keyword):
        return None
    for stem in (keyword, f"{keyword}_"):
        if (_ROOT / family / f"{stem}.py").is_file():
            return _class_in(import_module(f"ftspec.kinds.{family}.{stem}"))
    point = _entry_points(family).get(keyword)
    return _checked(point.load(), keyword) if point is not None else None


def make(family: str, call: dict[str, Any]) -> Kind:
    """The value a plan recorded as `{"name": …, "arguments": {…}}`."""
    kind = find(family, call["name"])
    if kind is None:
        raise LookupError(f"no {family} keyword is called {call['name']!r}")
    return kind.model_validate(call["arguments"])


def _class_in(module: Any) -> type[Kind]:
    """The one class that the module itself defines as its keyword."""
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Kind) and value.__module__ == module.__name__
    ]
    public = [value for value in own if not value.__name__.startswith("_")]
    if len(public) != 1:
        raise TypeError(f"{module.__name__} must define exactly one keyword class, it has {len(public)}")
    return public[0]


def _checked(value: Any, keyword: str) -> type[Kind]:
    if isinstance(value, type) and issubclass(value, Kind):
        return value
    raise TypeError(f"the entry point {keyword!r} is not a Kind")


@cache
def _entry_points(family: str) -> dict[str, Any]:
    """Keywords that other packages add through the entry point group `ftspec.<family>`."""
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=f"ftspec.{family}")}
