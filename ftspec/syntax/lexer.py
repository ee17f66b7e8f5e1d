"""Text to tokens, without loss: the texts of all tokens joined are the file, whatever is in it.

The grammar's own terminals are used as they stand. What the grammar does not know becomes a token of a kind
in lower case, so that the parser can say what is wrong with it: a comment in another language's style,
an operator that does not exist, an open string.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

from ftspec.syntax.limits import MAX_TOKENS
from ftspec.syntax.table import Terminal, load
from ftspec.text.files import BYTE_ORDER_MARK

HIDDEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
"""Characters that must not stand in a file unseen, not even in a string or a comment: controls, lone surrogates
and the marks that reverse text on the screen ("Trojan Source", CVE-2021-42574)."""


class Token(NamedTuple):
    """One piece of the text. `text` is what stands between `start` and `end`, except in a token put in by a repair."""

    kind: str
    text: str
    start: int
    end: int


TRIVIA = frozenset({"COMMENT", "SPACE", "mark", "hidden", "blank", "foreign_comment", "open_comment", "overflow"})
"""What the parser passes over; of these the grammar knows comments and spaces only."""

# Tried before the grammar's terminals: nowhere in a file that the grammar accepts, outside strings and comments.
_BEFORE = {
    "url": r"[A-Za-z][A-Za-z0-9+]{1,9}://[^\s\"')\],;{}]*",
    "foreign_division": r"//(?=[ \t]*[0-9]+[ \t]*[)\],]*[ \t]*(?:[\r\n]|\Z))",
    "foreign_comment": r"//[^\r\n]*",
    "open_comment": r"/\*",
    "foreign_operator": r"===|!==|<>|=>|=<|\*\*|&&|\|\||->|:=|\+=|-=|\*=|/=",
    "foreign_number": r"[0-9]+(?:\.[0-9]+){2,}|[0-9]+\.(?![0-9])|\.[0-9]+",
}

# Tried after them.
_AFTER = {
    "quoted": r"(?<![A-Za-z0-9])'(?:[^'\\\r\n]|\\[^\r\n])*'|`[^`\r\n]*`|"
    r"[“”„«][^“”„«»\"\r\n]*[“”»\"]|[‘’][^‘’\r\n]*[‘’]",
    "open_string": r"(?:[\"“”„«`]|(?<![A-Za-z0-9])['‘])[^\r\n]*",
    "return": r"\r",
    "hidden": HIDDEN,
    "blank": r"[\u00a0\u00ad\u1680\u2000-\u200f\u202f\u205f-\u2064\u3000]+",
    "word": r"[^\W\d]\w*",
    "junk": r"[\s\S]",
}

_PAGE = 4_000

_DELIMITERS = " \t)]},;{"


@cache
def _pattern(triple: bool = True) -> re.Pattern[str]:
    """The pattern of any token; without triple-quoted strings, of any token where none is closed any more."""
    terminals = load().terminals
    known = {each.name: each.pattern for each in sorted(terminals, key=_rank) if not each.fixed}
    symbols = sorted((word for word in _words() if not word.isalpha()), key=len, reverse=True)
    first = {"TRIPLE": known.pop("TRIPLE")} if triple else {}
    last = {"symbol": "|".join(re.escape(symbol) for symbol in symbols)}
    return _union(first | {"open_triple": '"""'} | _BEFORE | known | last | _AFTER)


@cache
def _words() -> dict[str, str]:
    """The kinds of fixed words and signs."""
    return {each.pattern: each.name for each in load().terminals if each.fixed}


def _rank(terminal: Terminal) -> tuple[int, str]:
    return (-terminal.priority, terminal.name)


def _union(patterns: dict[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in patterns.items()))


def tokens(text: str) -> list[Token]:
    """All tokens of a text, trivia included, in order and without a gap.

    What stands past the last token that is read is one token of kind `overflow`.
    """
    start = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0
    mark = [Token("mark", BYTE_ORDER_MARK, 0, start)] if start else []
    found = mark + list(islice(_scan(text, start), MAX_TOKENS))
    if any(token.kind == "open_triple" for token in found):
        found = _without_swallowed(text, found)
    end = found[-1].end if found else 0
    return found if end == len(text) else [*found, Token("overflow", text[end:], end, len(text))]


def _scan(text: str, at: int) -> Iterator[Token]:
    pattern, words = _pattern(), _words()
    while at < len(text):
        for match in pattern.finditer(text, at):
            kind = match.lastgroup or "junk"
            start, end = match.span()
            if kind in _OPEN:
                at = _OPEN[kind](text, start)
                yield Token(kind, text[start:at], start, at)
                # No closing quotes from here to the end, so none will be found for a later opening either.
                pattern = _pattern(triple=False) if kind == "open_triple" else pattern
                break
            word = match.group()
            yield Token(words.get(word, kind), word, start, end)
        else:
            return


_SWALLOWED = re.compile(r'\n[ \t]*[A-Za-z_]\w*[ \t]*(?:=[ \t]*)?"""\Z')


def _without_swallowed(text: str, found: list[Token]) -> list[Token]:
    """The tokens again, where a string that was never closed took the next one's opening quotes for its own.

    One such string turns text and quotes about from there to the end of the file. What it ends in tells: `user \"""`.
    """
    for at, token in enumerate(found):
        if token.kind == "TRIPLE" and _SWALLOWED.search(token.text, max(0, len(token.text) - 200)):
            end = _end_of_open_triple(text, token.start)
            mended = Token("open_triple", text[token.start : end], token.start, end)
            return [*found[:at], mended, *islice(_scan(text, end), MAX_TOKENS - at - 1)]
    return found


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _end_of_open_string(text: str, start: int) -> int:
    """Before the brackets, braces and separators that end its line, which are hardly meant as text."""
    body = text[start + 1 : _line_end(text, start)].rstrip("\r")
    return start + 1 + len(body.rstrip(_DELIMITERS))


def _end_of_open_triple(text: str, start: int) -> int:
    """Before the first later line that is indented no deeper than its own and looks like a statement."""
    indent = _indent(text, text.rfind("\n", 0, start) + 1)
    at = _line_end(text, start)
    while at < len(text):
        word = _STATEMENT.match(text, at + 1)
        if word and _indent(text, at + 1) <= indent:
            break
        at = _line_end(text, at + 1)
    return at


_STATEMENT = re.compile(r"[ \t]*(?:\}|[A-Za-z_]\w*[ \t]*(?:=|\"|[A-Za-z_\"][^\r\n{]*\{|\{))")


def _indent(text: str, line: int) -> int:
    end = line
    while end < len(text) and text[end] in " \t":
        end += 1
    return end - line


def _end_of_comment(text: str, start: int) -> int:
    """After its `*/`, which is looked for a page further at most; else at the end of its line."""
    end = text.find("*/", start + 2, start + _PAGE)
    return _line_end(text, start) if end < 0 else end + 2


_OPEN = {
    "open_string": _end_of_open_string,
    "open_triple": _end_of_open_triple,
    "open_comment": _end_of_comment,
}
