"""Differences between an answer and the expected one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ftspec.report.words import Mark, compare

TEXT = st.text(alphabet="ab ,.\n", max_size=40)


def told(expected: str, answer: str) -> list[tuple[str, str]]:
    return [(part.mark.value, part.text) for part in compare(expected, answer).stretches]


def test_equal_answers_have_no_marks() -> None:
    assert compare("billing", " billing\n").equal
    assert told("billing", " billing\n") == [("same", "billing")]


def test_words_are_marked_one_by_one() -> None:
    assert told("It takes five days.", "It takes two days, sir.") == [
        ("same", "It takes "),
        ("surplus", "two"),
        ("missing", "five"),
        ("same", " days"),
        ("surplus", ", sir"),
        ("same", "."),
    ]


def test_an_answer_with_nothing_in_common_is_one_stretch() -> None:
    assert not compare("billing", "The expenses are a list").alike
    assert told("billing", "The expenses are a list") == [("surplus", "The expenses are a list")]


def test_an_empty_answer_has_no_stretch() -> None:
    assert told("billing", "") == []


def test_a_long_answer_is_cut_and_says_so() -> None:
    found = compare("x", "word " * 5000)
    assert found.cut
    assert sum(len(part.text) for part in found.stretches) <= 3000


@given(TEXT, TEXT)
def test_the_stretches_give_both_texts_back(expected: str, answer: str) -> None:
    found = compare(expected, answer)
    said = "".join(part.text for part in found.stretches if part.mark is not Mark.MISSING)
    assert said == answer.strip()
    if found.alike:
        assert "".join(part.text for part in found.stretches if part.mark is not Mark.SURPLUS) == expected.strip()
