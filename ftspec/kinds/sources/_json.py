"""What JSON sources share: what counts as a row."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from ftspec.kinds.sources import BadRow, RawRow

NAMES = {bool: "a truth value", int: "a number", float: "a number", str: "a text", list: "a list", type(None): "null"}
"""The kinds of JSON values, for people."""


def parse(text: str) -> Any:
    """The value of a JSON text. Raises ValueError, for `NaN` and `Infinity` too, which JSON does not have."""
    return json.loads(text, parse_constant=_no_number)


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"it holds {constant}")


def may_be_torn(text: str) -> bool:
    """Whether a JSON text may hold halves of characters (`\\ud800`), which are no text."""
    return "\\ud" in text or "\\uD" in text


def row_of(value: Any, name: str, number: int, torn: bool = False) -> RawRow | BadRow:
    """A JSON object as a row; anything else is a bad row.

    Args:
        value: What stands in the file.
        name: The file.
        number: The row.
        torn: Whether to look for halves of characters.
    """
    if isinstance(value, dict):
        if torn and not _is_text(value):
            help = "write whole characters: an escape from \\ud800 to \\udfff means nothing without its other half"
            return BadRow(name, number, "holds half of a character", help)
        return RawRow(name, number, value)
    found = NAMES.get(type(value), "something else")
    return BadRow(name, number, f"is {found}, not an object", 'write each row as an object: {"field": "value"}')


def _is_text(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
