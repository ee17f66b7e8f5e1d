"""Lines that each hold a hash of themselves and of all before them: a log to which one can only append.

The last field of every JSON object is `chain`: the first 16 hexadecimal digits of SHA-256 over the chain of the line
before and over the line without it (Haber and Stornetta 1991, "How to Time-Stamp a Digital Document").
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

_CHAINED = re.compile(r'(?s)(\{.*), "chain": "([0-9a-f]{16})"\}')


def lines_of(data: bytes) -> list[str]:
    """The lines of a log, whatever its bytes are. The final newline ends the last one."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def chained(text: str, before: str) -> tuple[str, str]:
    """A JSON object as a line with its chain, and the chain; `before` is that of the line before, empty at first."""
    link = _link(text, before)
    return f'{text[:-1]}, "chain": "{link}"}}', link


def last(lines: Sequence[str]) -> str:
    """The chain that the next line goes on from."""
    found = (match[2] for line in reversed(lines) if (match := _CHAINED.fullmatch(line)))
    return next(found, "")


def unchained(lines: Sequence[str]) -> Iterator[int]:
    """The numbers, from 1, of lines that were changed, or before which lines are missing.

    A line that a killed process left half-written is none, where others follow it; nor are lines without a chain before
    the first one with it: older versions wrote them.
    """
    before = ""
    for number, line in enumerate(lines, 1):
        match = _CHAINED.fullmatch(line)
        if match is not None:
            if _link(match[1] + "}", before) != match[2]:
                yield number
            before = match[2]
        elif before and (number == len(lines) or not _is_torn(line)):
            yield number


def find(lines: Sequence[str], link: str) -> dict[str, Any] | None:
    """The line with this chain."""
    return next((json.loads(line) for line in lines if (m := _CHAINED.fullmatch(line)) and m[2] == link), None)


def _is_torn(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return True
    return False


def _link(text: str, before: str) -> str:
    return hashlib.sha256(f"{before}{text}".encode("utf-8", "surrogateescape")).hexdigest()[:16]
