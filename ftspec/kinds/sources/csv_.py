"""`csv("data/tickets.csv")`: a table with a header."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from ftspec.kinds.sources import BadRow, RawRow
from ftspec.kinds.sources._files import MAX_LINE, FileSource, lines


class Csv(FileSource):
    """A table with a header line, as RFC 4180 has it; every value is a text.

    Spaces around the name of a field in the header don't count.
    """

    valid: ClassVar[tuple[str, ...]] = ('csv("data/tickets.csv")', 'csv("data/tickets.tsv", delimiter = "\\t")')
    invalid: ClassVar[tuple[str, ...]] = ("csv()", 'csv("a.csv", delimiter = ",,")')
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv")

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    """What stands between two values."""

    def parsed(self, file: Path, name: str) -> Iterator[RawRow | BadRow]:
        """The rows after the header, numbered from 1; rows of another width are bad rows."""
        bad: list[BadRow] = []
        csv.field_size_limit(MAX_LINE)
        table = csv.reader(_texts(file, name, bad), delimiter=self.delimiter, strict=True)
        header = self._header(table, name)
        if isinstance(header, BadRow) or bad:
            yield replace(bad[0], number=0) if bad else header  # type: ignore[misc]
            return
        number = 0
        while True:
            number += 1
            try:
                values = next(table, None)
            except csv.Error as error:
                yield replace(bad[0], number=number) if bad else _not_csv(error, name, number)
                bad.clear()
                continue
            while bad and bad[0].text is None:  # lines too long to be read are rows, which stand before this one
                each = bad.pop(0)
                yield replace(each, number=number if each.number else 0)
                number += 1
            if bad:
                yield replace(bad[0], number=number)
                bad.clear()
            elif values is None:
                return
            elif values:
                yield _row(header, values, name, number)

    def _header(self, table: Iterator[list[str]], name: str) -> list[str] | BadRow:
        help = "write the names of the fields on the first line"
        try:
            header = [field.strip() for field in next(table, ())]
        except csv.Error as error:
            if "new-line" in str(error):
                help = "save the file with line ends of today, `\\n` or `\\r\\n`"
                return BadRow(name, 0, "has lines that end in a carriage return alone", help)
            return BadRow(name, 0, f"has no readable header: {error}", help)
        if not header:
            return BadRow(name, 0, "is empty", help)
        twice = sorted({field for field in header if header.count(field) > 1})
        if twice:
            return BadRow(name, 0, f"has two fields called `{twice[0]}`", "give each field its own name")
        other = next((each for each in ";\t|" if len(header) == 1 and each in header[0]), None)
        if other is not None and other != self.delimiter:
            shown = "\\t" if other == "\t" else other
            return BadRow(name, 0, "has a header of one field", f'write `csv(…, delimiter = "{shown}")`')
        return header


def _not_csv(error: csv.Error, name: str, number: int) -> BadRow:
    if "unexpected end" in str(error):
        help = "close it, and double quotes that stand inside a value; all that follows was read as one value"
        return BadRow(name, number, "opens a quote that nothing closes", help)
    return BadRow(name, number, f"is not CSV: {error}", "quote values that hold quotes or line ends")


def _row(header: list[str], values: list[str], name: str, number: int) -> RawRow | BadRow:
    if len(values) == len(header):
        return RawRow(name, number, dict(zip(header, values, strict=True)))
    wanted = "its one value" if len(header) == 1 else f"one value for each of the {len(header)} fields"
    help = "quote values that hold the delimiter, and fill in the missing ones"
    return BadRow(name, number, f"does not have {wanted}", help, f"it has {len(values)}")


def _texts(file: Path, name: str, bad: list[BadRow]) -> Iterator[str]:
    """The lines with their ends, as the csv module wants them; bad ones are put aside, and passed on as far as read."""
    for line in lines(file, name):
        if isinstance(line, BadRow):
            bad.append(line)
            if line.text is not None:
                yield line.text + "\n"
        else:
            yield line[1] + "\n"
