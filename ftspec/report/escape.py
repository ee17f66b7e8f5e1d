"""Text that users and models wrote, made safe for a page, for Markdown and for the eye."""

from __future__ import annotations

import re
from html import escape

_ANYWHERE = re.compile(r"([\\`*\[\]|~@$]|(?<!\w)_|_(?!\w))")
"""Marks that mean something wherever they stand; an underscore inside a word means nothing."""

_AT_START = re.compile(r"^([#+=-])(?=[\s#+=-]|$)|^(\d+)([.)])(?=\s|$)")
"""Marks that mean something at the start of a line alone: headings, rules and lists."""

_LINK = re.compile(r"(?<=\bwww)\.|:(?=//)", re.IGNORECASE)
"""What makes GitHub turn a bare address into a link."""

_SPACE = re.compile(r"[ \t\n\r\f\v\x85\u2028\u2029]+")
_CONTROLS = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
_CONTROLS |= {0x7F: 0x2421}
_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd")


def visible(text: str) -> str:
    """The text with control characters shown as pictures, and without marks that reorder what is written."""
    return _whole(text).replace("\r\n", "\n").translate(_CONTROLS).translate(_BIDI)


def markdown(text: str) -> str:
    """One line of Markdown that shows `text` and means nothing else: no link, no HTML, no mention, no new row."""
    line = escape(_one_line(text), quote=False)
    line = _LINK.sub(r"\\\g<0>", _ANYWHERE.sub(r"\\\1", line))
    return _AT_START.sub(lambda mark: f"\\{mark[1]}" if mark[1] else f"{mark[2]}\\{mark[3]}", line)


def code(text: str) -> str:
    """A code span in a Markdown table cell: the fence is longer than any run of backticks inside."""
    line = _one_line(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}" if line else ""


def _one_line(text: str) -> str:
    """Without line ends of any kind; a narrow no-break space stays, since numbers stand beside it."""
    return _SPACE.sub(" ", visible(text)).strip()


def _whole(text: str) -> str:
    """A lone surrogate, which no UTF-8 file can hold, becomes a replacement character."""
    return text.encode("utf-8", "replace").decode("utf-8")
