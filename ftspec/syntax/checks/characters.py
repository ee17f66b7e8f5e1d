"""Characters that must not stand in a file, not even in a string or a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from ftspec.syntax.checks.report import says
from ftspec.syntax.lexer import HIDDEN
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit, Fix, Place
from ftspec.text.files import BYTE_ORDER_MARK
from ftspec.text.source import Source, Span

_UNSEEN = re.compile(rf"{HIDDEN}+")
_RETURN = re.compile(r"\r(?!\n)")
_MOST_EDITS = 1_000


def characters(source: Source) -> Iterator[Diagnostic]:
    """A byte order mark, characters that would stand in the file unseen, and line ends that are none."""
    mark = len(BYTE_ORDER_MARK) if source.text.startswith(BYTE_ORDER_MARK) else 0
    if mark:
        message = "the file starts with a byte order mark"
        yield says(source, codes.BYTE_ORDER_MARK, message, Span(0, mark), "save it as plain UTF-8", "")
    for match in _UNSEEN.finditer(source.text, mark):
        names = " ".join(dict.fromkeys(f"U+{ord(each):04X}" for each in match.group()[:4]))
        help = "remove it; in a string write it as `\\uXXXX`"
        where = Span(match.start(), match.end())
        yield says(source, codes.HIDDEN_CHARACTER, f"an invisible character: {names}", where, help)
    yield from _returns(source)


def _returns(source: Source) -> Iterator[Diagnostic]:
    """Carriage returns alone: one mistake, of whatever wrote the file."""
    found = [match.start() for match in islice(_RETURN.finditer(source.text), _MOST_EDITS)]
    if found:
        edits = tuple(Edit(Span(at, at + 1), "\n") for at in found)
        place = Place(source, Span(found[0], found[0] + 1))
        message = "a line ends with a carriage return alone"
        yield Diagnostic(
            codes.HIDDEN_CHARACTER, message, place, "end lines with a line feed", fix=Fix(edits, safe=True)
        )
