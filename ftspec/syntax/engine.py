"""An LALR machine over Lark's table that can be stopped, asked and set back between any two tokens."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from ftspec.syntax.build import BUILDERS, Header
from ftspec.syntax.table import Production, load
from ftspec.text.source import Span

_Entry = tuple[Any, int, int]
"""A value with the place it covers, punctuation included. The value of an inline rule is a list of values."""


class Snapshot(NamedTuple):
    """Where the machine stood."""

    states: tuple[int, ...]
    values: tuple[_Entry, ...]


class _Step(NamedTuple):
    """What a production does to the stacks."""

    origin: str
    size: int
    passes: bool
    """Its one child stands for the whole, so that the values stay as they are."""

    build: Callable[[list[Any], Span], Any] | None
    """What its children become; None for an inline rule."""

    kept: tuple[int, ...]
    flat: bool
    """Whether no child is the list of an inline rule."""


@cache
def _steps() -> tuple[_Step, ...]:
    productions = load().productions
    inline = {production.origin for production in productions if production.inline}
    return tuple(_step(production, inline) for production in productions)


def _step(production: Production, inline: set[str]) -> _Step:
    kept = tuple(at for at, keep in enumerate(production.kept) if keep)
    passes = production.lone and len(kept) == 1 == production.size
    build = None if passes or production.inline else BUILDERS[production.build]
    flat = not inline.intersection(production.symbols)
    return _Step(production.origin, production.size, passes, build, kept, flat)


class Engine:
    """The two stacks of a parse. It recovers from nothing by itself: see `parse`."""

    def __init__(self) -> None:
        self._table = load().states
        self._plans = _steps()
        self._states = [load().start]
        self._values: list[_Entry] = []
        self._passed: dict[tuple[int, int, str], int] = {}

    def feed(self, kind: str, value: Any, start: int, end: int) -> bool:
        """Take one token; False, with the machine where it noticed, if no file goes on like this."""
        table, states, plans = self._table, self._states, self._plans
        while True:
            action = table[states[-1]].get(kind)
            if action is None:
                return False
            if action >= 0:
                states.append(action)
                self._values.append((value, start, end))
                return True
            step = plans[-1 - action]
            if step.passes:
                states[-1] = self._pass(states[-2], states[-1], kind)
            else:
                self._reduce(step)

    def _pass(self, below: int, state: int, kind: str) -> int:
        """Where all the one-child rules lead that apply before `kind`: a number is a value, an operand, a product, …"""
        known = self._passed.get((below, state, kind))
        if known is not None:
            return known
        top = state
        action = self._table[top].get(kind, 0)
        while action < 0 and self._plans[-1 - action].passes:
            top = self._table[below][self._plans[-1 - action].origin]
            action = self._table[top].get(kind, 0)
        self._passed[below, state, kind] = top
        return top

    def _reduce(self, step: _Step) -> None:
        origin, size, passes, build, kept, flat = step
        states, values = self._states, self._values
        if not passes:
            entries = values[-size:]
            del values[-size:]
            start, end = entries[0][1], entries[-1][2]
            parts = [entries[at][0] for at in kept]
            if build is not None:
                parts = build(parts if flat else _laid_out(parts), Span(start, end))
            values.append((parts, start, end))
        del states[-size:]
        states.append(self._table[states[-1]][origin])

    def finish(self) -> Any:
        """The value of the whole, once every token has been taken; None if more was due."""
        end = load().end
        while self._states[-1] != end:
            action = self._table[self._states[-1]].get("$END")
            if action is None:
                return None
            if action >= 0:
                break
            self._reduce(self._plans[-1 - action])
        return self._values[-1][0]

    def expected(self) -> frozenset[str]:
        """The kinds of token the machine has an action for."""
        return frozenset(kind for kind in self._table[self._states[-1]] if kind.isupper() or kind == "_NEWLINE")

    def accepts(self, *kinds: str) -> bool:
        """Whether these tokens, one after the other, can come next."""
        states = list(self._states)
        return all(self._could_take(states, kind) for kind in kinds)

    def _could_take(self, states: list[int], kind: str) -> bool:
        while True:
            action = self._table[states[-1]].get(kind)
            if action is None:
                return False
            if action >= 0:
                states.append(action)
                return True
            step = self._plans[-1 - action]
            del states[-step.size :]
            states.append(self._table[states[-1]][step.origin])

    def enclosing(self) -> str:
        """The kind of the innermost block that is open; empty at the top of the file."""
        for value, _, _ in reversed(self._values):
            if isinstance(value, Header):
                return value.kind.text
        return ""

    def snapshot(self) -> Snapshot:
        """Where the machine stands now."""
        return Snapshot(tuple(self._states), tuple(self._values))

    def restore(self, snapshot: Snapshot) -> None:
        """Stand there again."""
        self._states = list(snapshot.states)
        self._values = list(snapshot.values)


def _laid_out(parts: list[Any]) -> list[Any]:
    """Parts with the lists of inline rules opened, without recursion: those lists nest as deep as a file is long."""
    flat: list[Any] = []
    waiting = parts[::-1]
    while waiting:
        part = waiting.pop()
        if type(part) is list:
            waiting.extend(reversed(part))
        else:
            flat.append(part)
    return flat
