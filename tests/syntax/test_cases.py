"""Mistakes as whole files: `tests/cases/syntax/NAME.ft`, and beside each what it says, `NAME.txt`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from ftspec.syntax import parse
from ftspec.syntax.engine import Engine
from ftspec.syntax.lexer import tokens
from ftspec.syntax.lines import split
from ftspec.syntax.mistakes import Trouble, suspect
from ftspec.syntax.plain import is_plain
from ftspec.text.diagnostic import Diagnostic, Edit
from ftspec.text.files import decode
from ftspec.text.render import render
from ftspec.text.source import Source
from tests.goldens import golden

CASES = sorted((Path(__file__).parents[1] / "cases" / "syntax").glob("*.ft"))


def source_of(path: Path) -> Source:
    source = decode(path.read_bytes(), path.name)
    assert isinstance(source, Source)
    return source


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_mistake_is_explained(path: Path, request: pytest.FixtureRequest) -> None:
    found = parse(source_of(path)).diagnostics
    assert found, "a case without a mistake"
    golden(path.with_suffix(".txt"), render(found), request)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_mistake_is_on_a_line_of_its_own_and_has_a_remedy(path: Path) -> None:
    found = parse(source_of(path)).diagnostics
    lines = Counter(line_of(each) for each in found)
    assert max(lines.values()) == 1 or path.stem == "colon_in_call"
    for each in found:
        assert each.help, each.message
        assert each.message[0] == each.message[0].lower()
        assert not each.message.endswith(".")
        assert "did you mean" not in each.message + each.help


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_fix_mends_what_it_is_for(path: Path) -> None:
    source = source_of(path)
    parsed = parse(source)
    for each in parsed.diagnostics:
        if each.fix is not None:
            mended = parse(Source(source.path, applied(source.text, each.fix.edits)))
            before, after = (
                [one.code for one in found].count(each.code) for found in (parsed.diagnostics, mended.diagnostics)
            )
            assert after < before, each.message


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_tree_is_already_that_of_the_mended_file(path: Path) -> None:
    """So a later stage sees no mistake that would go away with this one."""
    source = source_of(path)
    parsed = parse(source)
    edits = [edit for each in parsed.diagnostics if each.fix is not None for edit in each.fix.edits]
    mended = parse(Source(source.path, applied(source.text, edits)))
    if mended.ok:
        assert mended.file.statements == parsed.file.statements


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_quick_look_misses_nothing(path: Path) -> None:
    source = source_of(path)
    for line in split(tokens(source.text), source.text):
        if is_plain(line.tokens):
            assert suspect(Trouble(source, line.tokens, 0, Engine(), line.indent)) is None


def line_of(diagnostic: Diagnostic) -> int:
    assert diagnostic.place is not None
    return diagnostic.place.source.position(diagnostic.place.span.start).line


def applied(text: str, edits: list[Edit] | tuple[Edit, ...]) -> str:
    for edit in sorted(edits, key=lambda each: (each.span.start, each.span.end), reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text
