"""`text("data/english.txt")`: plain text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import ClassVar, Literal

from ftspec.kinds.sources import BadRow, RawRow
from ftspec.kinds.sources._files import FileSource, decoded, lines, opened


class Text(FileSource):
    """Plain text; each row has the one field `text`."""

    valid: ClassVar[tuple[str, ...]] = ('text("data/english.txt")', 'text("books/*.txt", by = file)')
    invalid: ClassVar[tuple[str, ...]] = ("text()", 'text("a.txt", by = word)')
    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".md")

    by: Literal["paragraph", "line", "file"] = "paragraph"
    """What is a row: a paragraph (empty lines stand between two), a line, or the whole file."""

    def parsed(self, file: Path, name: str) -> Iterator[RawRow | BadRow]:
        """The rows in order; empty ones are none."""
        if self.by == "file":
            yield from _whole(file, name)
            return
        number = 0
        for text in _paragraphs(file, name) if self.by == "paragraph" else _lines(file, name):
            if isinstance(text, BadRow):
                yield text
                continue
            number += 1
            yield RawRow(name, number, {"text": text})


def _whole(file: Path, name: str) -> Iterator[RawRow | BadRow]:
    with opened(file) as stream:
        text = decoded(stream.read(), name, 1)
    if isinstance(text, BadRow):
        yield text
    elif text[1].strip():
        yield RawRow(name, 1, {"text": text[1].strip("\r\n")})


def _lines(file: Path, name: str) -> Iterator[str | BadRow]:
    for line in lines(file, name):
        if isinstance(line, BadRow):
            yield line
        elif line[1].strip():
            yield line[1]


def _paragraphs(file: Path, name: str) -> Iterator[str | BadRow]:
    def is_text(line: tuple[int, str] | BadRow) -> bool:
        return not isinstance(line, BadRow) and bool(line[1].strip())

    for filled, group in groupby(lines(file, name), is_text):
        if filled:
            yield "\n".join(line[1] for line in group if not isinstance(line, BadRow))
        else:
            yield from (line for line in group if isinstance(line, BadRow))
