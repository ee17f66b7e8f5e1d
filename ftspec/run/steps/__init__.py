"""The steps of a plan, done. One file a kind of step; each decides nothing that the plan does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """What a step has to say when it is done."""

    summary: str = ""
    """For the display, in a few words."""

    reused: bool = False
    """Whether its result was kept from earlier."""

    more: Mapping[str, Any] = field(default_factory=dict)
    """What its kind adds to the record."""
