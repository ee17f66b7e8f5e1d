"""Circles among names."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence


def circles(links: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """One circle, the shortest, for each group of names that reach one another, from its first name back to it."""
    order = {name: at for at, name in enumerate(links)}
    found = []
    for group in _groups(links):
        start = min(group, key=order.__getitem__)
        if len(group) > 1 or start in links[start]:
            found.append((*_back(start, links, group), start))
    return sorted(found, key=lambda circle: order[circle[0]])


def _groups(links: Mapping[str, Sequence[str]]) -> Iterator[frozenset[str]]:
    """Strongly connected names (Tarjan 1972), with a stack of its own, so that long chains do not exhaust Python's."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    for root in links:
        work = [(root, iter(links[root]))] if root not in number else []
        while work:
            name, rest = work[-1]
            if name not in number:
                number[name] = low[name] = len(number)
                path.append(name)
                on_path.add(name)
            after = next((each for each in rest if each in links), None)
            if after is not None and after not in number:
                work.append((after, iter(links[after])))
            elif after is not None:
                low[name] = min(low[name], number[after]) if after in on_path else low[name]
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == number[name]:
                    cut = path.index(name) if path[-1] != name else len(path) - 1
                    yield frozenset(path[cut:])
                    on_path.difference_update(path[cut:])
                    del path[cut:]


def _back(start: str, links: Mapping[str, Sequence[str]], group: frozenset[str]) -> tuple[str, ...]:
    """The shortest way from a name back to itself, which stays within its group."""
    waiting = deque([start])
    came_from: dict[str, str] = {}
    while waiting:
        name = waiting.popleft()
        for after in links[name]:
            if after == start:
                return _way(name, start, came_from)
            if after in group and after not in came_from:
                came_from[after] = name
                waiting.append(after)
    raise ValueError(f"{start} does not reach itself")


def _way(name: str, start: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    way = [name]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))
