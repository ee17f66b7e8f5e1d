"""Circles among names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def circles(links: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Each circle once, from the name of it that stands first back to that name."""
    order = list(links)
    found: list[tuple[str, ...]] = []
    for start in order:
        path = _back(start, links)
        if path is not None and start == min(path, key=order.index):
            found.append((*path, start))
    return found


def _back(start: str, links: Mapping[str, Sequence[str]]) -> tuple[str, ...] | None:
    """The shortest way from a name back to itself."""
    waiting: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        for name in links.get(path[-1], ()):
            if name == start:
                return path
            if name in links and name not in seen:
                seen.add(name)
                waiting.append((*path, name))
    return None
