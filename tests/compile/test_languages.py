"""A language filter names languages by codes that rows can be taken for."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.spec.languages import CODES, NAMES
from tests.data.specs import load_text

DATA = 'data rows {\n  source = jsonl("rows.jsonl")\n\n  clean {\n    language = [LANGUAGES]\n  }\n}\n'


@pytest.mark.parametrize(
    ("languages", "wrong"),
    [('"en", "de"', []), ('"EN"', []), ('"english", "en"', ["english"]), ('"en-US", "klingon"', ["en-US", "klingon"])],
)
def test_words_that_are_no_codes_are_named(languages: str, wrong: list[str], tmp_path: Path) -> None:
    found = load_text(tmp_path, DATA.replace("LANGUAGES", languages))
    assert found == [f"`{word}` is no code of a language" for word in wrong]


def test_the_codes_are_those_that_are_told_apart() -> None:
    from py3langid import rank  # type: ignore[import-untyped]

    assert {str(code) for code, _ in rank("any text")} - {"zxx"} == CODES >= set(NAMES.values())
