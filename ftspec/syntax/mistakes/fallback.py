"""What is said where no more is known: what stands there, and what could."""

from __future__ import annotations

from ftspec.syntax.mistakes.trouble import END, Trouble
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic

_VALUE = frozenset({"STRING", "TRIPLE", "NUMBER", "LSQB"})
_NAMES = {
    "END": "the end of the line",
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a string",
    "TRIPLE": "a string",
    "ASSIGN": "`=`",
    "LBRACE": "`{`",
    "RPAR": "`)`",
    "LSQB": "`[`",
    "RSQB": "`]`",
    "COMMA": "`,`",
    "BECAUSE": "`because`",
    "AS": "`as`",
    "_NEWLINE": "the end of the line",
}


def unexpected(trouble: Trouble) -> Diagnostic:
    """The last resort."""
    token = trouble.token
    shown = _NAMES["END"] if token is END else f"`{_short(token.text)}`"
    place = f" after `{_short(trouble.ahead(-1).text)}`" if trouble.at else ""
    return trouble.says(codes.UNEXPECTED, f"{shown} does not fit{place}", help=_help(trouble))


def _short(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if line == text and len(line) <= 30 else line[:29] + "…"


def _help(trouble: Trouble) -> str:
    if not trouble.head:
        return "a line is `name = value`, `kind label {`, a rule, or `}`"
    due = {kind for kind in _NAMES if kind != "END" and trouble.engine.accepts(kind)}
    if due >= _VALUE:
        return "a value is due: a number, a string, a name, a call or a list"
    if due == {"_NEWLINE"}:
        return "end the line before it"
    words = dict.fromkeys(_NAMES[kind] for kind in _NAMES if kind in due)
    return "write " + _alternatives(list(words)) + " here" if words else "remove it"


def _alternatives(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
