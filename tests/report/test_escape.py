"""Text that someone wrote, in Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftspec.report.escape import code, markdown, visible


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("92.6 % of f1_score", "92.6 % of f1_score"),
        ("[a](http://b.c)", "\\[a\\](http\\://b.c)"),
        ("<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"),
        ("a | b\n| c", "a \\| b \\| c"),
        ("# head", "\\# head"),
        ("1. item", "1\\. item"),
        ("---", "\\---"),
        ("@everyone `x` *y* _z_ ~~w~~", "\\@everyone \\`x\\` \\*y\\* \\_z\\_ \\~\\~w\\~\\~"),
        ("www.evil.example", "www\\.evil.example"),
    ],
)
def test_markdown_shows_text_and_means_nothing(text: str, line: str) -> None:
    assert markdown(text) == line


def test_a_code_span_outlasts_backticks_and_bars() -> None:
    assert code("a `b` | c") == "``a `b` \\| c``"
    assert code("`x") == "`` `x ``"


@given(st.text())
def test_markdown_is_one_line_without_html(text: str) -> None:
    line = markdown(text)
    assert "\n" not in line
    assert "<" not in line


@given(st.text(alphabet=st.characters(codec=None)))
def test_visible_text_can_be_written(text: str) -> None:
    visible(text).encode("utf-8")
