"""FT215: a language filter names languages by their codes."""

from __future__ import annotations

from collections.abc import Iterator

from ftspec.compile.codes import NOT_A_CHOICE
from ftspec.spec.languages import CODES, NAMES
from ftspec.spec.spec import Spec
from ftspec.text.diagnostic import Diagnostic

LOOKS_AT = ("data.clean",)


def check(spec: Spec) -> Iterator[Diagnostic]:
    """Words that no row could ever be taken for."""
    for name, data in spec.data.items():
        for word in data.clean.language or ():
            if word.lower() not in CODES:
                place = spec.place(f"data.{name}.clean.language")
                yield Diagnostic(NOT_A_CHOICE, f"`{word}` is no code of a language", place, _help(word))


def _help(word: str) -> str:
    plain = word.lower().replace("_", "-")
    code = NAMES.get(plain) or plain.partition("-")[0]
    return f'write `"{code}"`' if code in CODES else "write ISO 639-1 codes, such as `en`, `de` or `fr`"
