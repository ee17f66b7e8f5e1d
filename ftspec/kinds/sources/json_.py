"""`json("data/alpaca.json")`: one JSON list of objects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from ftspec.kinds.sources import BadRow, RawRow
from ftspec.kinds.sources._files import FileSource, decoded, opened
from ftspec.kinds.sources._json import DoubledKey, doubled_in, may_be_torn, parse, parse_anyway, row_of


class Json(FileSource):
    """A JSON list of objects, an object that holds such a list under `field`, or an object of columns.

    Columns are lists of the same length, one for each field, as `{"question": […], "answer": […]}`.
    """

    valid: ClassVar[tuple[str, ...]] = ('json("data/alpaca.json")', 'json("data/squad.json", field = "data")')
    invalid: ClassVar[tuple[str, ...]] = ("json()",)
    suffixes: ClassVar[tuple[str, ...]] = (".json",)

    field: str | None = None
    """The name under which the list stands, when the file is one object."""

    def parsed(self, file: Path, name: str) -> Iterator[RawRow | BadRow]:
        """The rows, numbered by their place in the list."""
        with opened(file) as stream:
            text = decoded(stream.read(), name, 1)
        if isinstance(text, BadRow):
            yield BadRow(name, 0, text.message, text.help)
            return
        found = self._list(text[1], name)
        if isinstance(found, BadRow):
            yield found
        else:
            torn = may_be_torn(text[1])
            for number, value in enumerate(found, 1):
                doubled = doubled_in(value) if isinstance(found, _Suspect) else None
                yield doubled.row(name, number) if doubled else row_of(value, name, number, torn)

    def _list(self, text: str, name: str) -> list[Any] | BadRow:
        try:
            value, doubled = _parsed(text)
        except json.JSONDecodeError as error:
            return BadRow(name, 0, f"is not JSON: {error.msg.lower()} on line {error.lineno}", _help(text, error))
        except ValueError as error:
            return BadRow(name, 0, f"is not JSON: {error}", "write null for a missing value")
        except RecursionError:
            return BadRow(name, 0, "is nested too deeply", "flatten the rows")
        if self.field is not None and isinstance(value, dict):
            value = value.get(self.field)
        if isinstance(value, dict) and _is_columns(value):
            value = [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)]
        if isinstance(value, list):
            return _Suspect(value) if doubled else value
        return _no_list(value, name, self.field)


def _help(text: str, error: json.JSONDecodeError) -> str:
    if error.msg != "Extra data":
        return "check the file with a JSON tool"
    if "\n" in text[: error.pos].strip():
        return "it is several values one after the other: write a list of them, `[…, …]`, or one a line for `jsonl(…)`"
    return "one object a line is `jsonl(…)`"


def _is_columns(value: dict[str, Any]) -> bool:
    """Whether an object holds a list for each field; lists of objects alone are rows under several names."""
    lists = list(value.values())
    if not lists or not all(isinstance(each, list) and len(each) == len(lists[0]) for each in lists):
        return False
    return any(not isinstance(item, dict) for each in lists for item in each)


def _no_list(value: Any, name: str, field: str | None) -> BadRow:
    if field is not None:
        return BadRow(
            name, 0, f"has no list of rows under `{field}`", "name a field of the file's own object that holds one"
        )
    lists = [key for key, item in value.items() if isinstance(item, list)] if isinstance(value, dict) else []
    rows = [key for key in lists if any(isinstance(item, dict) for item in value[key])]
    if lists and not rows:
        lengths = ", ".join(f"{len(value[key])} in `{key}`" for key in lists[:4])
        help = 'give every field a list of the same length, or write rows: [{"field": "value"}]'
        return BadRow(name, 0, "is not a JSON list of rows, and its columns do not match", help, lengths)
    help = f'`json(…, field = "{rows[0]}")` reads the list under that name' if rows else "write a list of objects"
    return BadRow(name, 0, "is not a JSON list of rows", help)


class _Suspect(list[Any]):
    """Rows, some of which may have a key twice."""


def _parsed(text: str) -> tuple[Any, bool]:
    """The value, and whether an object in it has a key twice."""
    try:
        return parse(text), False
    except DoubledKey:
        return parse_anyway(text), True
