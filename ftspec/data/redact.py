"""Redaction: personal data and secrets become a word in brackets that says what stood there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ftspec.data.checkdigits import is_iban, is_luhn


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of text to hide."""

    word: str
    """What it becomes: `[email]`."""

    regex: re.Pattern[str]
    holds: Callable[[str], bool] = lambda text: True
    """A second look at what the regular expression found, such as a check digit."""


def _digits(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: low <= sum(map(str.isdigit, text)) <= high


_SECRET = (
    r"AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}"  # Amazon
    r"|gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,}|glpat-[\w-]{20,}"
    r"|xox[abprs]-[\w-]{10,}|AIza[\w-]{35}|ya29\.[\w-]{20,}"
    r"|sk-[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{30,}|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}"
    r"|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"  # JSON Web Token
)
_KEY_BLOCK = r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----"
_NAMED_SECRET = (
    r"(?i)(?<=[\s\"'{,;&?])(?:password|passwd|pwd|secret|api[_-]?key|access[_-]?token|auth[_-]?token)"
    r"[\"']?\s*[:=]\s*[\"']?(?P<hidden>[^\s\"',;&]{6,})"
)

SECRETS: tuple[Pattern, ...] = (
    Pattern("private key", re.compile(_KEY_BLOCK)),
    Pattern("secret", re.compile(rf"(?<![\w-])(?:{_SECRET})(?![\w-])")),
    Pattern("secret", re.compile(_NAMED_SECRET)),
    Pattern("secret", re.compile(r"(?<=://)(?P<hidden>[^\s/:@]+:[^\s/@]+)(?=@)")),
)
"""Keys, tokens and passwords."""

PERSONAL: tuple[Pattern, ...] = (
    Pattern("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?![\w-])")),
    Pattern("iban", re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?!\w)"), is_iban),
    Pattern("card", re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w-]|[.,]\d)"), is_luhn),
    Pattern(
        "phone", re.compile(r"(?<![\w+.])(?:\+|00[ -]?)[1-9]\d{0,2}(?:[ ./-]?\(?\d{1,5}\)?){2,6}(?!\w)"), _digits(8, 15)
    ),
    Pattern(
        "phone",
        re.compile(r"(?<![\w.])\(?0\d{2,5}\)?(?: / |[ /-])\d{2,4}(?:[ -]?\d{2,4}){1,3}(?!\w|[.,-]\d)"),
        _digits(8, 13),
    ),
    Pattern("phone", re.compile(r"(?<![\w.-])\(?[2-9]\d{2}\)?[ .-][2-9]\d{2}[ .-]\d{4}(?!\w|[.,-]\d)")),
    Pattern("ip", re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.])")),
)
"""What leads to a person, in an order in which the more certain comes first."""

_KINDS: dict[str, tuple[Pattern, ...]] = {
    "pii": PERSONAL,
    "secrets": SECRETS,
    "all": SECRETS + PERSONAL,
}


def redactor(kind: str) -> Callable[[str], str]:
    """What hides personal data (`pii`), keys and passwords (`secrets`), or both (`all`)."""
    patterns = _KINDS[kind]

    def redacted(text: str) -> str:
        for pattern in patterns:
            text = pattern.regex.sub(partial(_hidden, pattern), text)
        return text

    return redacted


def _hidden(pattern: Pattern, match: re.Match[str]) -> str:
    found = match.group()
    if not pattern.holds(found):
        return found
    if "hidden" not in pattern.regex.groupindex:
        return f"[{pattern.word}]"
    start, end = match.start("hidden") - match.start(), match.end("hidden") - match.start()
    return f"{found[:start]}[{pattern.word}]{found[end:]}"
