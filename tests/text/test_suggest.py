"""Names that an author probably meant, and none that he did not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftspec.text.suggest import damerau_levenshtein, similar

NAMES = [
    "learning_rate",
    "batch_size",
    "length",
    "method",
    "data",
    "seed",
    "packing",
    "scheduler",
    "weight_decay",
    "model",
]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("learnign_rate", "learning_rate"),
        ("learningrate", "learning_rate"),
        ("learning-rate", "learning_rate"),
        ("Learning_Rate", "learning_rate"),
        ("rate_learning", "learning_rate"),
        ("lenght", "length"),
        ("methd", "method"),
        ("packin", "packing"),
        ("shceduler", "scheduler"),
        ("wieght_decay", "weight_decay"),
        ("modle", "model"),
        ("dta", "data"),
    ],
)
def test_slips(written: str, meant: str) -> None:
    assert similar(written, NAMES) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [("exact", "exact_match"), ("decay", "weight_decay"), ("rate", "learning_rate"), ("size", None)],
)
def test_a_word_of_a_longer_name(written: str, meant: str | None) -> None:
    """Where only one has it."""
    assert similar(written, [*NAMES, "exact_match", "micro_batch_size"]) == meant


@pytest.mark.parametrize(
    "written", ["epochs", "gradient", "x", "", "warmup", "optimizer", "tokenizer", "owner", "lr", "a" * 1000]
)
def test_other_words(written: str) -> None:
    assert similar(written, NAMES) is None


def test_the_name_itself_is_no_suggestion() -> None:
    assert similar("seed", ["seed"]) is None
    assert similar("seed", []) is None


def test_a_swap_is_likelier_than_another_letter() -> None:
    assert similar("loar", ["lokr", "lora"]) == "lora"


def test_ties_do_not_depend_on_the_order() -> None:
    assert similar("bast", ["best", "base"]) == similar("bast", ["base", "best"])


@pytest.mark.parametrize(
    ("left", "right", "edits"), [("", "", 0), ("ab", "ba", 1), ("abc", "", 3), ("kitten", "sitting", 3)]
)
def test_distance(left: str, right: str, edits: int) -> None:
    assert damerau_levenshtein(left, right) == edits


@given(st.text(max_size=8), st.text(max_size=8))
def test_distance_is_symmetric_and_bounded(left: str, right: str) -> None:
    edits = damerau_levenshtein(left, right)
    assert edits == damerau_levenshtein(right, left)
    assert abs(len(left) - len(right)) <= edits <= max(len(left), len(right))
    assert (edits == 0) == (left == right)
