"""Tokens lose nothing, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftspec.syntax.lexer import tokens
from ftspec.syntax.limits import MAX_TOKENS
from tests.syntax.specs import files

PIECES = [
    '"',
    '"""',
    "'",
    "#",
    "//",
    "/*",
    "*/",
    "--",
    "{",
    "}",
    "(",
    "\n",
    "\r",
    "\r\n",
    "\\",
    "a",
    "1.",
    "é",
    "\ud800",
]


@given(st.one_of(st.text(), files(), st.lists(st.sampled_from(PIECES)).map("".join)))
def test_texts_of_tokens_joined_are_the_file(text: str) -> None:
    found = tokens(text)
    assert "".join(token.text for token in found) == text
    assert [token.start for token in found] == [0, *(token.end for token in found[:-1])][: len(found)]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("2e-4", ["NUMBER"]),
        ("24GiB", ["NUMBER", "NAME"]),
        ("15%", ["NUMBER", "PERCENT"]),
        ("require requires", ["REQUIRE", "SPACE", "NAME"]),
        ('"a\\"b"', ["STRING"]),
        ('"""a "b" ""c"""', ["TRIPLE"]),
        ("a//b", ["NAME", "foreign_comment"]),
        ("1.2.3", ["foreign_number"]),
        ("https://a.b/c)", ["url", "RPAR"]),
        ("don't", ["NAME", "junk", "NAME"]),
        ("a <-1", ["NAME", "SPACE", "LESS", "MINUS", "NUMBER"]),
        ("\ufeffa", ["mark", "NAME"]),
    ],
)
def test_kinds(text: str, kinds: list[str]) -> None:
    assert [token.kind for token in tokens(text)] == kinds


def test_an_open_string_leaves_the_brackets_behind_it() -> None:
    assert [token.text for token in tokens('f("data/x.jsonl) {')] == ["f", "(", '"data/x.jsonl', ")", " ", "{"]


def test_an_open_triple_ends_before_the_next_statement() -> None:
    text = 'template t {\n  user """\n    body\n  assistant "x"\n}'
    assert '"""\n    body' in [token.text for token in tokens(text)]


def test_past_the_limit_one_token_holds_the_rest() -> None:
    found = tokens("a " * MAX_TOKENS)
    assert len(found) == MAX_TOKENS + 1
    assert found[-1].kind == "overflow"
