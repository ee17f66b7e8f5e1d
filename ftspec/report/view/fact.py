"""A named value, as lists of facts show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A name, its value and, where there is more to say, a note in small print."""

    name: str
    value: str
    note: str = ""
    code: bool = False
    """Whether the value is a hash, a path or a call: set in a fixed width."""
