"""Text on a terminal: how wide it is, and that nothing in it can steer the terminal."""

from __future__ import annotations

import unicodedata

TAB = 4
"""Columns a tab is shown as."""

_INVISIBLE = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def shown(char: str) -> str:
    """One character as it may be printed: controls become pictures, other unprintable ones their number."""
    code = ord(char)
    if char == "\t":
        return " " * TAB
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0x80 <= code <= 0x9F or 0xD800 <= code <= 0xDFFF or char in _INVISIBLE:
        return f"<U+{code:04X}>"
    return char


def printable(text: str) -> str:
    """Text that is safe to print on one line."""
    return text if text.isascii() and text.isprintable() else "".join(map(shown, text))


def width(char: str) -> int:
    """Columns that one character takes once `shown`; 0 for marks that stand on the one before."""
    if char.isascii() and char.isprintable():
        return 1
    text = shown(char)
    if text != char:
        return len(text)
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def columns(text: str) -> int:
    """Columns that a text takes."""
    return len(text) if text.isascii() and text.isprintable() else sum(map(width, text))
