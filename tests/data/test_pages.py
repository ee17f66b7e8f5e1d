"""Every code of the data has its page, and every example on it is right in form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ftspec
from ftspec.data import codes
from ftspec.kinds.sources import _codes
from ftspec.model import tokenizer
from ftspec.reference.all_codes import all_codes
from ftspec.reference.lookup import page
from ftspec.syntax.parse import parse
from ftspec.text.diagnostic import Code, Severity
from ftspec.text.source import Source

PAGES = Path(ftspec.__file__).parent / "text" / "explain"
CODES = sorted(
    {value for module in (codes, _codes, tokenizer) for value in vars(module).values() if isinstance(value, Code)},
    key=lambda code: code.id,
)


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.id)
def test_a_page_explains_it(code: Code) -> None:
    text = (PAGES / f"{code.id}.md").read_text("utf-8")
    assert text.startswith(f"# {code}\n") and "\nWrong:\n```" in text and "\nRight:\n```" in text
    for example in re.findall(r"```ft\n(.*?)```", text, re.DOTALL):
        parsed = parse(Source("example.ft", f"ftspec 1\n\n{example.removeprefix('ftspec 1')}"))
        assert parsed.ok, [each.message for each in parsed.diagnostics]


def test_advice_has_numbers_of_its_own() -> None:
    assert all(code.id.startswith("FT4") == (code.severity is Severity.WARNING) for code in CODES)


def test_retired_numbers_are_never_given_again() -> None:
    every = all_codes()
    assert not codes.RETIRED.keys() & every.keys() and set(codes.RETIRED.values()) <= every.keys()
    assert all(f"now {now}" in page(old) and f"# {now}" in page(old) for old, now in codes.RETIRED.items())


def test_no_code_is_used_twice() -> None:
    assert len({code.id for code in CODES}) == len(CODES) >= 30
