"""Reads a page as a browser would: its elements, their attributes and its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_INLINE = frozenset({"del", "ins", "code", "strong"})
_VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "wbr"})


@dataclass
class Page(HTMLParser):
    """The elements of a page. Raises ValueError where a tag is closed that is not open."""

    source: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()
        if self.open:
            raise ValueError(f"left open: {self.open}")

    def _apart(self, tag: str) -> None:
        """Text of neighbouring blocks is not one word."""
        if tag not in _INLINE:
            self.words.append(" ")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._apart(tag)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise ValueError(f"</{tag}> closes nothing at {self.getpos()}")
        self._apart(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """All text in order, white space as one space."""
        return re.sub(r"[ \n\t]+", " ", "".join(self.words))

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]
