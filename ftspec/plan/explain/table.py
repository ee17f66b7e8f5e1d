"""Rows of labels, names and texts, laid out in columns of a given width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ftspec.text.display import columns, printable

LABEL = 9
"""Columns of the first column: `memory` and its kin."""


class Tone(StrEnum):
    """What a text is to the reader; colours follow from it."""

    PLAIN = "0"
    LABEL = "36"
    NAME = "1"
    QUIET = "2"
    GOOD = "32"
    BAD = "1;31"


@dataclass(frozen=True)
class Text:
    """A text with its tone. It is wrapped where it is too long, at a ` · ` if there is one."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Entry:
    """One thing of a section: its name, and the lines about it."""

    name: str
    lines: tuple[Text, ...]
    tone: Tone = Tone.NAME


@dataclass(frozen=True)
class Section:
    """Entries under one label."""

    label: str
    entries: tuple[Entry, ...] = field(default_factory=tuple)


def laid_out(sections: Sequence[Section], width: int, color: bool) -> str:
    """All sections, one below the other; text that users wrote cannot steer the terminal."""
    return "".join(line + "\n" for section in sections for line in _section(section, width, color))


def painted(text: str, tone: Tone, color: bool) -> str:
    """The text in its colour."""
    return f"\x1b[{tone}m{text}\x1b[0m" if color and tone is not Tone.PLAIN and text.strip() else text


def _section(section: Section, width: int, color: bool) -> Iterator[str]:
    names = max((columns(printable(entry.name)) for entry in section.entries), default=0)
    indent = LABEL + (min(max(12, names + 2), width // 3) if names else 0)
    label = section.label
    for entry in section.entries:
        name = printable(entry.name)
        head = painted(padded(label, LABEL), Tone.LABEL, color) + painted(
            padded(name, indent - LABEL), entry.tone, color
        )
        label = ""
        if columns(name) > indent - LABEL - 1 and names:  # a long name has a line to itself
            yield head.rstrip()
            head = " " * indent
        for text in entry.lines or (Text(""),):
            for piece in wrapped(printable(text.text), width - indent):
                yield (head + painted(piece, text.tone, color)).rstrip()
                head = " " * indent


def padded(text: str, size: int) -> str:
    """The text and spaces up to `size` columns."""
    return text + " " * max(0, size - columns(text))


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` columns, broken between its parts where that leaves room."""
    lines: list[str] = []
    while columns(text) > width:
        cut = _cut(text, width)
        lines.append(text[:cut].rstrip())
        text = text[cut:].lstrip().removeprefix("· ")
    return [*lines, text]


def _cut(text: str, width: int) -> int:
    """Where to break: after the last ` · ` or comma that fits, else the last space, else in the middle of a word."""
    fits = _fitting(text, width)
    head = text[: fits + 1]
    between = max(head.rfind(" · "), head.rfind(", ") + 1)
    space = head.rfind(" ")
    if between > width // 3:
        return between
    return space if space > 0 else max(1, fits)


def _fitting(text: str, width: int) -> int:
    """How many characters fit into `width` columns."""
    room = 0
    for place, char in enumerate(text):
        room += columns(char)
        if room > width:
            return place
    return len(text)
