"""A preview for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from ftspec.data.preview import Preview, PreviewRow, bins
from ftspec.text.display import columns

_BAR = 40
_LONGEST_WORD = 24
_TRAINED, _DIM, _OFF = "\x1b[1;32m", "\x1b[2m", "\x1b[0m"
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def render_preview(preview: Preview, color: bool, width: int = 80) -> str:
    """Each row with its trained tokens in colour (in ⟦brackets⟧ without), then the lengths of all rows.

    No line is longer than `width` columns, brackets aside.
    """
    name = preview.data if preview.split == "all" else f"{preview.data}.{preview.split}"
    facts = preview.facts
    blocks = [_row(row, name, preview, color, width) for row in preview.rows]
    head = f"{name}: {facts.rows} rows, {facts.tokens:,} tokens, {facts.trained_tokens:,} trained"
    lines = [head, *histogram(preview, color), *_cuts(preview)]
    return "\n\n".join([*blocks, "\n".join(lines)]) + "\n"


def _row(row: PreviewRow, name: str, preview: Preview, color: bool, width: int) -> str:
    trained = sum(token.trained for token in row.tokens)
    which = "".join(f" · {each}" for each in (row.branch, row.copy) if each)
    head = f"{name} · {row.file} row {row.row}{which} · {row.length} tokens, {trained} trained"
    if row.length > preview.max_length:
        head += f", cut at {preview.max_length}"
    rule = "─" * max(0, width - columns(head) - 1)
    text = "\n".join(_wrapped(row, color, width))
    return f"{_dim(f'{head} {rule}', color)}\n{text}"


def _dim(text: str, color: bool) -> str:
    return f"{_DIM}{text}{_OFF}" if color else text


def _wrapped(row: PreviewRow, color: bool, width: int) -> Iterator[str]:
    """The text in lines of at most `width` columns; trained stretches stand out on every line they cross."""
    line: list[tuple[str, bool]] = []
    used = 0
    for char, trained in _characters(row):
        if char == "\n":
            yield _painted([*line, ("⏎", trained)], color)
            line, used = [], 0
            continue
        if used >= width - 4:
            end = _break(line)
            yield _painted(line[:end], color)
            line = line[end:]
            used = sum(columns(each) for each, _ in line)
        line.append((char, trained))
        used += columns(char)
    if line:
        yield _painted(line, color)


def _break(line: list[tuple[str, bool]]) -> int:
    """Where a full line ends: behind its last space, unless that leaves much of it empty."""
    last = next((place for place in range(len(line), 0, -1) if line[place - 1][0] == " "), 0)
    return last if last > len(line) - _LONGEST_WORD else len(line)


def _characters(row: PreviewRow) -> Iterator[tuple[str, bool]]:
    """Each character with whether its token trains; what could steer a terminal is shown as an escape."""
    at = 0
    for token in row.tokens:
        for char in row.text[max(at, token.start) : token.end]:
            for shown in _shown(char):
                yield shown, token.trained
        at = max(at, token.end)
    if at < len(row.text):
        for shown in f" … {len(row.text) - at} characters are cut off":
            yield shown, False


def _shown(char: str) -> str:
    if char == "\t":
        return "    "
    return f"\\u{ord(char):04x}" if _UNSEEN.match(char) else char


def _painted(line: list[tuple[str, bool]], color: bool) -> str:
    pieces = []
    for trained, group in groupby(line, key=lambda each: each[1]):
        text = "".join(char for char, _ in group)
        start, end = (_TRAINED, _OFF) if color else ("⟦", "⟧")
        pieces.append(f"{start}{text}{end}" if trained else text)
    return "".join(pieces)


def histogram(preview: Preview, color: bool) -> list[str]:
    """Rows by length, with a line where rows are cut."""
    facts = preview.facts
    most = max(facts.histogram, default=0)
    digits = len(str(max(facts.longest, 1)))
    lines = []
    for low, high, count in bins(facts.histogram, facts.longest):
        if low <= preview.max_length < high:
            lines.append(_limit(preview, digits))
        bar = "█" * round(_BAR * count / most) or ("▏" if count else "")
        lines.append(f"{low:>{digits}} … {high:>{digits}} │{bar} {count or ''}".rstrip())
    if preview.max_length >= facts.longest:
        lines.append(_limit(preview, digits))
    return [_dim(line, color) if "max_length" in line else line for line in lines]


def _limit(preview: Preview, digits: int) -> str:
    return f"{'':>{digits}}   {'':>{digits}} ┼╌╌ max_length {preview.max_length} ╌╌"


def _cuts(preview: Preview) -> list[str]:
    facts = preview.facts
    if not facts.truncated:
        return []
    text = f"{facts.truncated} rows are cut at {preview.max_length} tokens"
    text += f"; {facts.answers_cut} lose part of their answer" if facts.answers_cut else ""
    return [text + (f", {facts.untrained} all of it" if facts.untrained else "")]
