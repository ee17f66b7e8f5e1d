"""Answers as JSON."""

from __future__ import annotations

import json
from typing import Any


def parsed(text: str) -> list[Any]:
    """The JSON value in a list, or an empty list where the text is none."""
    try:
        return [json.loads(text, parse_constant=_refuse)]
    except (ValueError, RecursionError):
        return []


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
