"""A mistake costs its own statement and nothing else."""

from __future__ import annotations

import pytest

from ftspec.syntax import Parsed, parse
from ftspec.syntax.limits import MAX_DIAGNOSTICS
from ftspec.syntax.tree import Attribute, Block
from ftspec.text.source import Source, Span
from tests.syntax.specs import EXAMPLES

SPEC = EXAMPLES["example_one_stage"]


def read(text: str) -> Parsed:
    return parse(Source("a.ft", text))


def told(parsed: Parsed) -> list[tuple[int, str]]:
    """Line and code of every mistake."""
    places = [(each.place, each.code.id) for each in parsed.diagnostics]
    return [(place.source.position(place.span.start).line, code) for place, code in places if place is not None]


def blocks(parsed: Parsed) -> list[str]:
    return [each.kind.text for each in parsed.file.statements if isinstance(each, Block)]


BROKEN = [
    ("  kind  = task", "  kind task task"),
    ('  source = path("base")', '  source = path("base"'),
    ("    drop_missing = true", "    drop_missing = ="),
    ("    stratify   = queue", "    stratify: queue"),
    ("  learning_rate = 2e-4", "  learning-rate = 2e-4"),
    ("  adapter = true", "  adapter = true,"),
]


def test_six_broken_lines_give_six_errors() -> None:
    text = SPEC
    for before, after in BROKEN:
        assert text.count(before) == 1
        text = text.replace(before, after)
    parsed = read(text)
    lines = [SPEC[: SPEC.index(before)].count("\n") + 1 for before, _ in BROKEN]
    assert [line for line, _ in told(parsed)] == lines
    assert blocks(parsed) == blocks(read(SPEC))


@pytest.mark.parametrize(
    "junk", ["?", "a b c d e", "= = =", "f(", "1 2 3", ")", "]", '"', "require", "@#!", "a = [1, 2"]
)
def test_a_broken_line_is_one_error_wherever_it_stands(junk: str) -> None:
    lines = SPEC.splitlines()
    whole = blocks(read(SPEC))
    for at, line in enumerate(lines):
        if at and line.strip() and not line.strip().startswith(("system", "user", "assistant")):
            text = "\n".join([*lines[:at], f"  {junk}", *lines[at:]])
            parsed = read(text)
            assert [place for place, _ in told(parsed)] == [at + 1], text
            assert blocks(parsed) == whole


@pytest.mark.parametrize("kind", ["goal", "model", "template", "data", "train", "gates", "clean", "split"])
def test_an_unclosed_brace_is_reported_where_it_was_opened(kind: str) -> None:
    lines = SPEC.splitlines()
    opened = next(at for at, line in enumerate(lines) if line.strip().startswith(f"{kind} ") and line.endswith("{"))
    indent = len(lines[opened]) - len(lines[opened].lstrip())
    closed = next(at for at in range(opened, len(lines)) if lines[at] == " " * indent + "}")
    parsed = read("\n".join(lines[:closed] + lines[closed + 1 :]))
    assert told(parsed) == [(opened + 1, "FT123")]
    assert parsed.file.statements == read(SPEC).file.statements


def test_a_stray_brace_is_reported_once() -> None:
    parsed = read(SPEC.replace("}\n\ndata english", "}\n}\n\ndata english"))
    assert [code for _, code in told(parsed)] == ["FT124"]
    assert parsed.file.statements == read(SPEC).file.statements


def test_a_broken_header_line_still_opens_its_block() -> None:
    parsed = read("ftspec 1\ntrain ?? {\n  length = 3 epochs\n  seed 3\n}\noutput {\n  adapter = true\n}\n")
    assert [code for _, code in told(parsed)] == ["FT110", "FT131"]
    first, second = parsed.file.statements
    assert isinstance(first, Block)
    assert isinstance(second, Block)
    assert first.kind.text == ""
    assert [each.name for each in first.body if isinstance(each, Attribute)] == ["length", "seed"]
    assert second.kind.text == "output"


def test_indentation_does_not_matter_where_braces_match() -> None:
    flat = "\n".join(line.lstrip() for line in SPEC.splitlines())
    assert read(flat).file.statements == read(SPEC).file.statements


def test_what_seems_missing_in_a_broken_block_may_be_there() -> None:
    parsed = read("ftspec 1\ntrain router {\n  data = ??\n}\noutput {\n  adapter = true\n}\n")
    first, second = parsed.file.statements
    assert parsed.is_broken(first.span)
    assert not parsed.is_broken(second.span)


def test_many_mistakes_end_in_a_note() -> None:
    parsed = read("ftspec 1\n" + "a: 1\n" * 500)
    assert len(parsed.diagnostics) == MAX_DIAGNOSTICS + 1
    assert parsed.diagnostics[-1].code.id == "FT109"


def test_a_file_without_a_header_is_read_all_the_same() -> None:
    parsed = read(SPEC.removeprefix("ftspec 1\n\n"))
    assert told(parsed) == [(1, "FT120")]
    assert parsed.file.version is None
    assert parsed.file.statements == read(SPEC).file.statements


def test_spans_of_mistakes_lie_in_the_file() -> None:
    text = "ftspec 1\ntrain router {\n  length ="
    for each in read(text).diagnostics:
        assert each.place is not None
        assert Span(0, 0) <= each.place.span <= Span(len(text), len(text))
