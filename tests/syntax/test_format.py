"""The one style: whole files, and what holds for any file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from ftspec.syntax import parse
from ftspec.syntax.format import format_source
from ftspec.syntax.lexer import tokens
from ftspec.text.files import decode
from ftspec.text.source import Source
from tests.goldens import golden
from tests.syntax.specs import EXAMPLES, files

CASES = sorted((Path(__file__).parents[1] / "cases" / "fmt").glob("*.ft"))


def formatted(text: str) -> str:
    result = format_source(Source("a.ft", text))
    assert isinstance(result, str), result
    return result


def comments(text: str) -> list[str]:
    return [token.text.rstrip() for token in tokens(text) if token.kind == "COMMENT"]


@pytest.mark.parametrize("path", [path for path in CASES if path.stem not in EXAMPLES], ids=lambda path: path.stem)
def test_a_file_in_the_one_style(path: Path, request: pytest.FixtureRequest) -> None:
    source = decode(path.read_bytes(), path.name)
    assert isinstance(source, Source)
    golden(path.with_suffix(".txt"), formatted(source.text), request)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_the_language_are_in_it(name: str) -> None:
    assert formatted(EXAMPLES[name]) == EXAMPLES[name]


@given(files())
def test_formatting_twice_is_formatting_once(text: str) -> None:
    once = formatted(text)
    assert formatted(once) == once


@given(files())
def test_it_says_the_same(text: str) -> None:
    before, after = parse(Source("a.ft", text)).file, parse(Source("a.ft", formatted(text))).file
    assert (after.version, after.statements) == (before.version, before.statements)


@given(files())
def test_comments_stay_in_order(text: str) -> None:
    assert comments(formatted(text)) == comments(text)


@given(files())
def test_its_layout(text: str) -> None:
    after = formatted(text)
    assert after.endswith("\n")
    assert "\r" not in after
    assert "\ufeff" not in after
    outside = "".join('""' if token.kind == "TRIPLE" else token.text for token in tokens(after))
    assert "\n\n\n" not in outside
    assert "\t" not in outside
    assert not any(line.endswith(" ") for line in outside.splitlines())


def test_a_file_with_a_mistake_is_refused() -> None:
    found = format_source(Source("a.ft", "ftspec 1\ntrain router {\n  data: tickets\n}\n"))
    assert isinstance(found, list)
    assert [each.code.id for each in found] == ["FT130"]


def test_a_warning_does_not_stop_it() -> None:
    assert formatted("\ufeffftspec 1\nlet a=1\n") == "ftspec 1\n\nlet a = 1\n"
