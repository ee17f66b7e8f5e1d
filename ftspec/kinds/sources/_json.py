"""What JSON sources share: what counts as a row."""

from __future__ import annotations

from typing import Any

from ftspec.kinds.sources import BadRow, RawRow

NAMES = {bool: "a truth value", int: "a number", float: "a number", str: "a text", list: "a list", type(None): "null"}
"""The kinds of JSON values, for people."""


def row_of(value: Any, name: str, number: int) -> RawRow | BadRow:
    """A JSON object as a row; anything else is a bad row."""
    if isinstance(value, dict):
        return RawRow(name, number, value)
    found = NAMES.get(type(value), "something else")
    return BadRow(name, number, f"is {found}, not an object", 'write each row as an object: {"field": "value"}')
