"""What users wrote, harmless inside a Markdown table of a pull request."""

from __future__ import annotations

import re

from ftspec.text.display import printable

_LONGEST = 400
_MARKUP = re.compile(r"([\\`*_\[\]|~<$])")


def escaped(text: str) -> str:
    """Text without markup, mentions or links; long text is cut."""
    plain = _short(printable(text.replace("\n", " ")))
    plain = _MARKUP.sub(r"\\\1", plain.replace("&", "&amp;")).replace("\\<", "&lt;")
    # A word joiner keeps a name from being a mention, a number an issue, and an address a link.
    for sign, broken in (("@", "@\u2060"), ("#", "#\u2060"), ("://", ":\u2060//"), ("www.", "www\u2060.")):
        plain = plain.replace(sign, broken)
    return plain


def code(text: str) -> str:
    """Text as code; a pipe would end the cell and a backtick the code."""
    plain = _short(printable(text.replace("\n", " "))).replace("|", "\\|")
    fence = "``" if "`" in plain else "`"
    pad = " " if "`" in plain else ""
    return f"{fence}{pad}{plain.replace('``', '` `')}{pad}{fence}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
