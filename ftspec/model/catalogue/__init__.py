"""Published configs of models that people tune, so that a spec compiles without the network.

Each JSON file is a list of `{"repositories", "parameters", "config"}`: the hub names that share one config, the
number of parameters its publisher's files hold (a tied head counted once), and of `config.json` what decides sizes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One published config."""

    repositories: tuple[str, ...]
    parameters: int
    config: Mapping[str, Any]


def entry(repository: str) -> Entry | None:
    """The config published under a hub name, which is compared without regard to case; or None."""
    return _by_name().get(repository.lower())


@cache
def entries() -> tuple[Entry, ...]:
    """Every entry, in the order of the files."""
    records = (each for path in sorted(Path(__file__).parent.glob("*.json")) for each in json.loads(path.read_bytes()))
    return tuple(Entry(tuple(each["repositories"]), each["parameters"], each["config"]) for each in records)


def names() -> tuple[str, ...]:
    """Every hub name that the catalogue knows."""
    return tuple(name for each in entries() for name in each.repositories)


@cache
def _by_name() -> Mapping[str, Entry]:
    return {name.lower(): each for each in entries() for name in each.repositories}
