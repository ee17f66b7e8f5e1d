"""What a string means: escapes, and the layout of triple-quoted text."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A surrogate pair as JSON writes characters past U+FFFF, one code unit, or any other character.
_ESCAPE = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\([\s\S])")
_SIMPLE = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def value(literal: str) -> str:
    """The text a literal stands for. An escape without a meaning stands for itself; `bad_escapes` finds those.

    Triple-quoted text loses the newline after its opening quotes and the indentation its lines share,
    as `textwrap.dedent` does it; its line ends are `\\n` whatever the file's are.
    """
    if literal.startswith('"""'):
        # Imported here: most files have no such text, and every start would pay for it.
        from textwrap import dedent

        body = dedent(literal[3:-3].replace("\r\n", "\n").removeprefix("\n"))
    else:
        body = literal[1:-1]
    return _ESCAPE.sub(_resolve, body) if "\\" in body else body


def _resolve(match: re.Match[str]) -> str:
    high, low, unit, other = match.groups()
    if high is not None:
        return bytes.fromhex(high + low).decode("utf-16-be")
    if unit is not None:
        return match.group() if _is_surrogate(unit) else chr(int(unit, 16))
    return _SIMPLE.get(other, match.group())


def _is_surrogate(unit: str) -> bool:
    return 0xD800 <= int(unit, 16) <= 0xDFFF


def bad_escapes(literal: str) -> Iterator[tuple[int, str]]:
    """Offset and text of each escape that means nothing, half a surrogate pair included."""
    for match in _ESCAPE.finditer(literal):
        _, _, unit, other = match.groups()
        if (unit is not None and _is_surrogate(unit)) or (other is not None and other not in _SIMPLE):
            yield match.start(), match.group()
