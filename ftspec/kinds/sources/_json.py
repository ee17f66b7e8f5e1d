"""What JSON sources share: what counts as a row."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from ftspec.kinds.sources import BadRow, RawRow

NAMES = {
    bool: "a truth value",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
    bytes: "bytes",
    type(None): "null",
}
"""The kinds of JSON values, for people."""


class DoubledKey(ValueError):
    """Raised for an object that has a key twice: who reads it decides which one counts."""

    def __init__(self, key: str) -> None:
        super().__init__(f"an object has the key `{key}` twice")
        self.key = key

    def row(self, name: str, number: int) -> BadRow:
        """The bad row."""
        return BadRow(name, number, f"has the key `{self.key}` twice", "leave one of them: which one counts is chance")


class _Doubled(dict[str, Any]):
    """An object that had a key twice."""

    key: str


def parse(text: str) -> Any:
    """The value of a JSON text.

    Raises ValueError, for `NaN` and `Infinity` too, which JSON does not have, and `DoubledKey`.
    """
    return _DECODER.decode(text)


def parse_anyway(text: str) -> Any:
    """The value of a JSON text, whatever it has twice: `doubled_in` finds it."""
    return json.loads(text, parse_constant=_no_number, object_pairs_hook=_marked_object)


def doubled_in(value: Any) -> DoubledKey | None:
    """The key that an object inside the value had twice."""
    if isinstance(value, _Doubled):
        return DoubledKey(value.key)
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for each in inside if (found := doubled_in(each)) is not None), None)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DoubledKey(_twice(pairs))
    return found


def _marked_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) == len(pairs):
        return dict(pairs)
    found = _Doubled(pairs)
    found.key = _twice(pairs)
    return found


def _twice(pairs: list[tuple[str, Any]]) -> str:
    names = [name for name, _ in pairs]
    return next(name for place, name in enumerate(names) if name in names[:place])


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"it holds {constant}")


_DECODER = json.JSONDecoder(parse_constant=_no_number, object_pairs_hook=_object)


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
