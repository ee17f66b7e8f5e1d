"""Pairs of JSON values, taken apart to the attributes that differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ftspec.plan.explain.words import value


def differing(path: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """The attributes that differ, by dotted path; a call of the same name argument by argument, else as a whole."""
    if before == after:
        return
    if _is_call(before) and _is_call(after) and before["name"] == after["name"]:
        yield from differing(path, before["arguments"], after["arguments"])
    elif isinstance(before, Mapping) and isinstance(after, Mapping) and not (_is_call(before) or _is_call(after)):
        for key in dict.fromkeys((*before, *after)):
            yield from differing(f"{path}.{key}", before.get(key), after.get(key))
    else:
        yield path, before, after


def written(given: Any) -> str:
    """A value as a spec writes it; empty where there is none."""
    return "" if given is None else value(given)


def _is_call(given: Any) -> bool:
    return isinstance(given, Mapping) and set(given) == {"name", "arguments"}
