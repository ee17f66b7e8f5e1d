"""No text makes the parser fail, and none keeps it long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftspec.syntax import parse
from ftspec.syntax.format import format_source
from ftspec.text.formats import github, json, sarif
from ftspec.text.render import render
from ftspec.text.source import Source
from tests.syntax.specs import EXAMPLES, files

LONG = 1 << 20
PIECES = [
    *"{}()[]=:;,.+-*/%<>!?\"'`#\\@$&|",
    *["\n", "\r", "\r\n", "\t", " ", "\0", "\ud800", "\u202e", "\ufeff", "\xa0", "é", "日本", "😀"],
    *["==", "=>", "**", '"""', "//", "/*", "*/", "--", "1.", ".5", "2M", "1e9999", "0x1", "1_0", "https://x"],
    *["ftspec 1", "require", "because", "when", "waive", "let", "import", "as", "extends", "not", "if", "else"],
    *["train a {", "user", "goal", "x = ", "f(", "[1, 2", '"a', "- a"],
]


def check(text: str) -> None:
    source = Source("a.ft", text)
    parsed = parse(source)
    for each in parsed.diagnostics:
        assert each.place is not None
        assert 0 <= each.place.span.start <= each.place.span.end <= len(text)
        assert "\n" not in each.message + (each.help or "")
    for form in (render, json.render, github.render, sarif.render):
        form(parsed.diagnostics)
    repr(parsed.file)
    if parsed.ok:
        assert isinstance(format_source(source), str)


@given(st.text())
def test_random_text(text: str) -> None:
    check(text)


@given(st.binary())
def test_random_bytes(data: bytes) -> None:
    check(data.decode("utf-8", "surrogateescape"))


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_pieces_of_specs(text: str) -> None:
    check(text)


@given(st.data())
def test_mutated_specs(data: st.DataObject) -> None:
    text = data.draw(st.one_of(st.sampled_from(list(EXAMPLES.values())), files()))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        stop = data.draw(st.integers(start, min(len(text), start + 20)))
        text = (
            text[:start] + data.draw(st.one_of(st.just(""), st.sampled_from(PIECES), st.text(max_size=5))) + text[stop:]
        )
    check(text)


HEAD = "ftspec 1\n"
HOSTILE = {
    "commas": HEAD + "x = [" + "," * LONG,
    "a list without end": HEAD + "x = [" + "1," * LONG,
    "parentheses": HEAD + "x = " + "(" * LONG,
    "braces": HEAD + "a {" * LONG,
    "closing braces": HEAD + "}\n" * LONG,
    "a long string": HEAD + 'x = "' + "a" * LONG,
    "open triples": '"""\n\\' * LONG,
    "open comments": "/*\n" * LONG,
    "escapes": HEAD + 'x = "' + "\\q" * LONG,
    "minus signs": HEAD + "x = " + "-" * LONG,
    "operators": HEAD + "x = 1" + "+1" * LONG,
    "dots": HEAD + "a" + ".a" * LONG,
    "digits": HEAD + "x = " + "9" * LONG,
    "nul bytes": "\0" * LONG,
    "carriage returns": HEAD + "a = 1\r" * LONG,
    "lone surrogates": "\ud800" * LONG,
    "broken lines": HEAD + "a: 1\n" * LONG,
    "unclosed calls": HEAD + "a = f(x\n" * LONG,
    "unclosed calls, closed far below": HEAD + "a = f(x\n" * 40_000 + ")\n" * 40_000,
    "headers without braces": HEAD + "a\n b\n" * LONG,
    "lists of dashes": HEAD + "x:\n- a\n" * LONG,
    "quotes": "'" * LONG,
    "missing commas": HEAD + "x = [\n" + "a\n" * LONG,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text(name: str) -> None:
    text = HOSTILE[name][:LONG]
    start = time.process_time()
    parsed = parse(Source("a.ft", text))
    rendered = render(parsed.diagnostics)
    # A second on a free core; test machines are rarely free.
    assert time.process_time() - start < 4
    assert parsed.diagnostics
    assert len(rendered) < 200_000


def test_a_larger_file_is_not_read() -> None:
    (only,) = parse(Source("a.ft", " " * (LONG + 1))).diagnostics
    assert only.code.id == "FT107"


def test_nesting_up_to_the_limit_is_read() -> None:
    deep = HEAD + "x = " + "(" * 60 + "1" + ")" * 60 + "\n" + "a {\n" * 60 + "}\n" * 60
    assert parse(Source("a.ft", deep)).diagnostics == ()
