"""What would parse, and mean something else: paths as divisions, digits in groups, exponents apart."""

from __future__ import annotations

import re

from ftspec.syntax.lexer import Token
from ftspec.syntax.mistakes.trouble import Trouble, over
from ftspec.text import codes
from ftspec.text.diagnostic import Diagnostic, Edit
from ftspec.text.source import Span

_FILE = re.compile(r"[\w./+-]+\.(?:bin|csv|ft|gguf|gz|json|jsonl|md|parquet|py|safetensors|tsv|txt|yaml|yml|zst)")
_HUB = re.compile(r"[\w.-]+/[A-Za-z][\w.]*-[\w.-]+")
_PATH = frozenset({"NAME", "NUMBER", "OVER", "DOT", "MINUS", "PLUS"})


def path(trouble: Trouble) -> Diagnostic | None:
    """`data/tickets.jsonl` reads as a division, `org/name-7B` as arithmetic."""
    at = 0
    while at < len(trouble.tokens):
        stop = _run(trouble, at)
        if any(token.kind == "OVER" for token in trouble.tokens[at:stop]):
            first, last = trouble.tokens[at], trouble.tokens[stop - 1]
            text = trouble.text(first, last)
            if _FILE.fullmatch(text) or _HUB.fullmatch(text):
                return _quote(trouble, over(first, last), text)
        at = stop
    return None


def _run(trouble: Trouble, at: int) -> int:
    """Past the last token of the word without a space that starts at `at`."""
    stop = at + 1
    while stop < len(trouble.tokens) and trouble.tokens[stop].kind in _PATH:
        if not trouble.touches(trouble.tokens[stop - 1], trouble.tokens[stop]) or trouble.tokens[at].kind not in _PATH:
            break
        stop += 1
    return stop


def _quote(trouble: Trouble, where: Span, text: str) -> Diagnostic:
    fix = Edit(where, f'"{text}"')
    return trouble.says(codes.MISSING_QUOTES, "a path stands in quotes", where, f'write `"{text}"`', safe=fix)


_GROUPED = re.compile(r"[0-9]+_[0-9_]+")
_OTHER_BASE = re.compile(r"0[xob][0-9a-fA-F_]+")
_EXPONENT = re.compile(r"[0-9.]+[ \t]*[eE][ \t]*[-+–—−]?[ \t]*[0-9]+")


def number(trouble: Trouble) -> Diagnostic | None:
    """`2_048`, `0xff`, `2 e-4`: digits with what would read as a unit"""
    for digits, unit in zip(trouble.tokens, trouble.tokens[1:], strict=False):
        if digits.kind == "NUMBER" and unit.kind == "NAME":
            found = _exponent(trouble, digits, unit) or _digits(trouble, digits, unit)
            if found is not None:
                return found
    return None


def _exponent(trouble: Trouble, digits: Token, unit: Token) -> Diagnostic | None:
    if unit.text not in {"e", "E"}:
        return None
    written = _EXPONENT.match(trouble.source.text, digits.start)
    where = over(digits, unit) if written is None else Span(digits.start, written.end())
    plain = "" if written is None else re.sub("[–—−]", "-", "".join(written.group().split()))
    return trouble.says(
        codes.MALFORMED_NUMBER,
        "an exponent stands right behind its number",
        where,
        f"write `{plain or '1e-4'}`",
        safe=Edit(where, plain) if plain else (),
    )


def _digits(trouble: Trouble, digits: Token, unit: Token) -> Diagnostic | None:
    where = over(digits, unit)
    text = trouble.text(digits, unit)
    if _GROUPED.fullmatch(text):
        message, plain = "digits are not grouped by `_`", text.replace("_", "")
    elif _OTHER_BASE.fullmatch(text):
        message, plain = "numbers are decimal", _decimal(text)
    else:
        return None
    help = f"write `{plain}`" if plain else "write it in base ten"
    return trouble.says(codes.MALFORMED_NUMBER, message, where, help, safe=Edit(where, plain) if plain else ())


def _decimal(text: str) -> str:
    try:
        return str(int(text.replace("_", ""), 0)) if len(text) < 20 else ""
    except ValueError:
        return ""


SUSPECTS = (path, number)
