"""Diagnostics in a terminal."""

from __future__ import annotations

import re
from textwrap import dedent

from hypothesis import given
from hypothesis import strategies as st

from ftspec.text.diagnostic import Code, Diagnostic, Label, Place, Severity
from ftspec.text.display import columns, printable
from ftspec.text.render import LONGEST_LINE, render
from ftspec.text.source import Source, Span

CODE = Code("FT201", "unknown-attribute")


def at(text: str, part: str, path: str = "a.ft") -> Place:
    start = text.index(part)
    return Place(Source(path, text), Span(start, start + len(part)))


def shown(diagnostic: Diagnostic) -> str:
    return "\n" + render([diagnostic])


def expected(text: str) -> str:
    return "\n" + dedent(text).strip("\n") + "\n"


TEXT = "ftspec 1\n\ntrain router {\n  learnign_rate = 2e-4\n}\n"


def test_the_whole_shape() -> None:
    diagnostic = Diagnostic(
        CODE, "`train` has no attribute `learnign_rate`", at(TEXT, "learnign_rate"), "write `learning_rate`"
    )
    assert shown(diagnostic) == expected(
        """
        error[FT201 unknown-attribute]: `train` has no attribute `learnign_rate`
         --> a.ft:4:3
           |
         4 |   learnign_rate = 2e-4
           |   ^^^^^^^^^^^^^
           = help: write `learning_rate`
        """
    )


def test_a_warning_without_a_place() -> None:
    assert shown(Diagnostic(Code("FT4", "x", Severity.WARNING), "careful", None, "look")) == expected(
        """
        warning[FT4 x]: careful
         help: look
        """
    )


def test_a_file_that_could_not_be_read_has_no_lines() -> None:
    place = Place(Source("a.ft", ""), Span(0, 0))
    assert shown(Diagnostic(CODE, "`a.ft` does not exist", place)) == expected(
        """
        error[FT201 unknown-attribute]: `a.ft` does not exist
         --> a.ft
        """
    )


def test_labels_on_the_same_line() -> None:
    text = "require a <= b <= c\n"
    source = Source("a.ft", text)
    first = Label(Place(source, Span(10, 12)), "the first comparison")
    whole = Label(Place(source, Span(0, 7)), "in this rule")
    assert shown(Diagnostic(CODE, "chained", Place(source, Span(15, 17)), labels=(first, whole))) == expected(
        """
        error[FT201 unknown-attribute]: chained
         --> a.ft:1:16
           |
         1 | require a <= b <= c
           | -------   --   ^^
           | |         |
           | |         the first comparison
           | in this rule
        """
    )


def test_a_label_behind_everything_stands_beside_its_sign() -> None:
    text = "a = b\n"
    diagnostic = Diagnostic(CODE, "twice", at(text, "a"), labels=(Label(at(text, "b"), "here too"),))
    assert " 1 | a = b\n   | ^   - here too\n" in shown(diagnostic)


def test_labels_on_other_lines_and_in_other_files() -> None:
    other = Source("base.ft", "one\ntwo\n")
    labels = (Label(at(TEXT, "train"), "in this block"), Label(Place(other, Span(4, 7)), "and here"))
    assert shown(Diagnostic(CODE, "twice", at(TEXT, "learnign_rate"), labels=labels)) == expected(
        """
        error[FT201 unknown-attribute]: twice
         --> a.ft:4:3
           |
         3 | train router {
           | ----- in this block
         4 |   learnign_rate = 2e-4
           |   ^^^^^^^^^^^^^
          ::: base.ft:2:1
           |
         2 | two
           | --- and here
        """
    )


def test_lines_between_are_left_out() -> None:
    text = "a\n" * 120
    source = Source("a.ft", text)
    diagnostic = Diagnostic(
        CODE, "far", Place(source, Span(220, 221)), labels=(Label(Place(source, Span(0, 1)), "from here"),)
    )
    assert shown(diagnostic) == expected(
        """
        error[FT201 unknown-attribute]: far
         --> a.ft:111:1
             |
           1 | a
             | - from here
        ...
         111 | a
             | ^
        """
    )


def test_a_span_over_several_lines() -> None:
    text = "x = [\n  1,\n  2,\n]\n"
    assert shown(Diagnostic(CODE, "long", Place(Source("a.ft", text), Span(4, 17)), "cut it")) == expected(
        """
        error[FT201 unknown-attribute]: long
         --> a.ft:1:5
           |
         1 | x = [
           |     ^
        ...
         4 | ]
           | ^
           = help: cut it
        """
    )


def test_the_end_of_a_line_and_of_the_file() -> None:
    text = "length =\n"
    assert "   |         ^\n" in shown(Diagnostic(CODE, "m", Place(Source("a.ft", text), Span(8, 8))))
    assert " 2 |\n   | ^\n" in shown(Diagnostic(CODE, "m", Place(Source("a.ft", text), Span(9, 9))))


def test_tabs_wide_and_combining_characters() -> None:
    text = '\towner = "日本" e\u0301 x\n'
    rows = shown(Diagnostic(CODE, "m", at(text, "x"))).splitlines()
    assert rows[4] == ' 1 |     owner = "日本" e\u0301 x'
    assert rows[5] == "   | " + " " * 21 + "^"
    rows = shown(Diagnostic(CODE, "m", at(text, "日本"))).splitlines()
    assert rows[5] == "   | " + " " * 13 + "^^^^"


def test_a_very_long_line_is_cut_around_the_place() -> None:
    text = "a" * 5000 + "HERE" + "b" * 5000 + "\n"
    rows = shown(Diagnostic(CODE, "m", at(text, "HERE"))).splitlines()
    line = rows[4].removeprefix(" 1 | ")
    assert line.startswith("…a")
    assert line.endswith("b…")
    assert len(line) == LONGEST_LINE + 2
    assert rows[5].index("^") - 5 == line.index("HERE")


def test_a_very_long_span_is_cut() -> None:
    text = "x" * 5000
    rows = shown(Diagnostic(CODE, "m", Place(Source("a.ft", text), Span(0, 5000)))).splitlines()
    assert rows[5].count("^") == LONGEST_LINE


def test_nothing_steers_the_terminal() -> None:
    text = "a = \x1b[31m\x07\x9b\u202e\n"
    evil = Place(Source("a\x1b]0;x\x07.ft", text), Span(4, 5))
    output = render([Diagnostic(CODE, "m\x1b[2J", evil, "h\nerror[FT1]: fake", (Label(evil, "l\x1b"),))])
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", output)
    assert "\nerror[FT1]" not in output
    assert "␛[31m␇<U+009B><U+202E>" in output


def test_colours_only_where_asked() -> None:
    diagnostic = Diagnostic(CODE, "m", at(TEXT, "learnign_rate"), "h", (Label(at(TEXT, "2e-4"), "l"),))
    plain, coloured = render([diagnostic]), render([diagnostic], color=True)
    assert "\x1b" not in plain
    assert coloured.startswith("\x1b[1;31merror[FT201 unknown-attribute]\x1b[0m")
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_several_are_apart() -> None:
    one = Diagnostic(CODE, "m", None)
    assert render([one, one]) == "error[FT201 unknown-attribute]: m\n\nerror[FT201 unknown-attribute]: m\n"
    assert render([]) == ""


@given(st.text(), st.integers(0, 40), st.integers(0, 40), st.text())
def test_any_text(text: str, start: int, length: int, message: str) -> None:
    place = Place(Source("a.ft", text), Span(min(start, len(text)), min(start + length, len(text))))
    output = render([Diagnostic(CODE, message, place, message, (Label(place, message),))], color=True)
    assert output.endswith("\n")
    assert "\r" not in output


@given(st.text())
def test_printable_text_is_as_wide_as_it_says(text: str) -> None:
    assert columns(printable(text)) == columns(text)
