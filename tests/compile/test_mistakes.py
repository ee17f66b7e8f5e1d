"""Typical mistakes: each one is found, on its line, with its remedy named, and nothing else is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ftspec.compile.load import load_spec
from ftspec.compile.local_files import missing_files
from ftspec.text.diagnostic import Diagnostic
from ftspec.text.fixes import apply_safe
from ftspec.text.source import Source
from tests.compile.mistakes import (
    attributes,
    blocks,
    calls,
    names,
    others,
    overlays,
    rules,
    together,
    types,
    units,
    values,
)
from tests.compile.mistakes.base import BASE, broken

CASES = {
    f"{module.__name__.rpartition('.')[2]}-{name}": edits
    for module in (attributes, blocks, calls, names, others, overlays, rules, together, types, units, values)
    for name, edits in module.CASES.items()
}
EXPECTED = re.compile(r"# (FT\d+) (.+)$")


def expected(text: str) -> list[tuple[int, str, str]]:
    """Line, code and remedy of every mistake that the text announces."""
    lines = enumerate(text.splitlines(), 1)
    return [(number, found[1], found[2]) for number, line in lines if (found := EXPECTED.search(line))]


def line_of(diagnostic: Diagnostic) -> int:
    """The line a diagnostic points at."""
    assert diagnostic.place is not None, diagnostic.message
    return diagnostic.place.source.position(diagnostic.place.span.start).line


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder that is a repository of its own."""
    return tmp_path_factory.mktemp("specs")


def errors(text: str, folder: Path) -> list[Diagnostic]:
    """What is wrong with a spec in `folder`."""
    loaded = load_spec(Source("router.ft", text), folder / "router.ft")
    return [each for each in loaded.diagnostics if each.is_error]


@pytest.mark.parametrize("name", CASES)
def test_mistake(name: str, folder: Path) -> None:
    """Every announced mistake is found on its line under its code, names its remedy, and comes alone."""
    text = broken(CASES[name])
    announced = expected(text)
    found = errors(text, folder)
    assert announced, "the case announces nothing"
    assert [(line_of(each), each.code.id) for each in found] == [(line, code) for line, code, _ in announced]
    for each, (_, _, remedy) in zip(found, announced, strict=True):
        assert remedy in (each.help or ""), each


@pytest.mark.parametrize("name", CASES)
def test_message(name: str, folder: Path) -> None:
    """Messages keep the house's style: lowercase, no final stop, no question, short."""
    for each in errors(broken(CASES[name]), folder):
        for words in (each.message, each.help or "help is missing"):
            assert not words.endswith(".") or words.endswith("…"), words
            assert not re.match(r"[A-Z][a-z]", words), words
            assert "did you mean" not in words.lower() and "?" not in words
        assert each.help, each.message


def test_safe_fixes(folder: Path) -> None:
    """A safe fix mends what it is about, so that the same mistake is not found again."""
    mended = 0
    for name, edits in CASES.items():
        text = broken(edits)
        fixable = [each for each in errors(text, folder) if each.fix is not None and each.fix.safe]
        again = errors(apply_safe(Source("router.ft", text), fixable), folder) if fixable else []
        left = {(each.code.id, line_of(each)) for each in again} & {(each.code.id, line_of(each)) for each in fixable}
        assert not left, name
        mended += len(fixable)
    assert mended >= 40


def test_the_right_spec_is_right(folder: Path) -> None:
    """The spec that the mistakes start from has none."""
    loaded = load_spec(Source("router.ft", BASE), folder / "router.ft")
    assert loaded.diagnostics == () and loaded.spec is not None
    assert {each.message for each in missing_files(loaded.spec)} == {
        "`base` is not there",
        "`tickets.jsonl` is not there",
        "`english.txt` is not there",
    }


def test_there_are_many() -> None:
    """The figures of the front end rest on at least 250 mistakes."""
    assert len(CASES) >= 250
