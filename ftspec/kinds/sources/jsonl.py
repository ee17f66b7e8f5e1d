"""`jsonl("data/tickets.jsonl")`: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from ftspec.kinds.sources import BadRow, RawRow
from ftspec.kinds.sources._files import FileSource, lines
from ftspec.kinds.sources._json import DoubledKey, may_be_torn, parse, row_of


class Jsonl(FileSource):
    """One JSON object a line; empty lines are skipped."""

    valid: ClassVar[tuple[str, ...]] = ('jsonl("data/tickets.jsonl")', 'jsonl("data/*.jsonl.gz")')
    invalid: ClassVar[tuple[str, ...]] = ("jsonl()", 'jsonl("")')
    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson")

    def parsed(self, file: Path, name: str) -> Iterator[RawRow | BadRow]:
        """The rows, numbered by line."""
        for line in lines(file, name):
            if isinstance(line, BadRow):
                yield line
            elif line[1].strip():
                yield _row(line[1], name, line[0])


def _row(text: str, name: str, number: int) -> RawRow | BadRow:
    try:
        value = parse(text)
        if isinstance(value, list):
            return BadRow(name, number, "is a list, not an object", _help(text))
        return row_of(value, name, number, may_be_torn(text))
    except json.JSONDecodeError as error:
        return BadRow(name, number, "is not JSON", _help(text), f"{error.msg.lower()} at column {error.colno}")
    except DoubledKey as error:
        return error.row(name, number)
    except ValueError as error:
        if "digits" in str(error):
            return BadRow(name, number, "holds a number of thousands of digits", "write it as text, in double quotes")
        return BadRow(name, number, "is not JSON", "write null for a missing value", str(error))
    except RecursionError:
        return BadRow(name, number, "is nested too deeply", "flatten the row")


def _help(text: str) -> str:
    if text.strip() in ("[", "]") or text.lstrip().startswith("["):
        return "the file looks like one JSON list: use `json(…)`"
    if "\r" in text.strip():
        return "its lines end in a carriage return alone: save the file with line ends of today, `\\n`"
    if text.rstrip().endswith("},"):
        return "leave out the comma at the end of each line"
    return "write one JSON object a line, with double quotes around names and strings"
