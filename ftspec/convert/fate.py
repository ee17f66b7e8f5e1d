"""What became of each key of a config."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from ftspec.convert.draft import Draft


class Fate(StrEnum):
    """Whether the spec says what a key said."""

    MAPPED = "mapped"
    DROPPED = "dropped"
    SUSPICIOUS = "suspicious"


class Said(NamedTuple):
    """A key's fate and why."""

    fate: Fate
    text: str


@dataclass(frozen=True)
class Note:
    """One key of the config, where it stands and what became of it."""

    key: str
    line: int
    fate: Fate
    text: str


Handler = Callable[["Draft", Any], Said]
"""Puts the value of a key into the draft and says what became of it."""


def mapped(text: str) -> Said:
    """The spec says it as `text`."""
    return Said(Fate.MAPPED, text)


def dropped(reason: str) -> Said:
    """The spec does not need it."""
    return Said(Fate.DROPPED, reason)


def suspicious(reason: str) -> Said:
    """A person must look at it."""
    return Said(Fate.SUSPICIOUS, reason)


def drops(reason: str) -> Handler:
    """A handler for keys that a spec does not need, whatever they say."""
    return lambda draft, value: dropped(reason)
