"""Rows that a stage cannot learn from are named before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.specs import codes, messages, surveyed, write_rows

SPEC = """
data rows {
  source = jsonl("rows.jsonl")
  format = labels
}

train t {
  data      = rows
  objective = classify(labels = [red, green]SEVERAL)
}
"""
TASKS = """
template ask {
  user      "WORD {{ text }}"
  assistant "{{ label }}"
}

data rows {
  source   = jsonl("rows.jsonl")
  template = ask
}

train t {
  data   = rows
  method = multitask_prompt_tuning(tasks = ["Name the colour", "Sum up"])
}
"""


def found(folder: Path, text: str, labels: list[object]) -> tuple[list[str], str]:
    rows = [{"text": f"row {n} says something of its own", "label": label} for n, label in enumerate(labels)]
    write_rows(folder / "rows.jsonl", rows)
    _, _, problems = surveyed(folder, text)
    misfit = [each for each in problems if each.code.id == "FT355"]
    return codes(misfit), messages(misfit)


UNPAIRED = """
data rows {
  source = jsonl("rows.jsonl")
}

train t {
  data      = rows
  objective = kto()
}
"""


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ([True, False], ""),
        ([1, 0], ""),
        ([1.0, 0.0], ""),
        (["true", "False"], ""),
        (["good", "bad"], "1 row of `rows` with the label 'good': rows.jsonl row 1"),
        ([1, -1, -1], "2 rows of `rows` with the label -1: rows.jsonl row 2; rows.jsonl row 3"),
        ([True, None], "1 row of `rows` without a label: rows.jsonl row 2"),
        ([5, 1], "1 row of `rows` with the label 5: rows.jsonl row 1"),
    ],
)
def test_a_label_that_is_neither_good_nor_bad(tmp_path: Path, labels: list[object], says: str) -> None:
    rows = [{"prompt": f"question {n}", "completion": f"answer {n}", "label": label} for n, label in enumerate(labels)]
    write_rows(tmp_path / "rows.jsonl", rows)
    _, _, problems = surveyed(tmp_path, UNPAIRED)
    said = messages([each for each in problems if each.code.id == "FT355"])
    assert says in said and bool(said) == bool(says)


def test_words_and_numbers_are_the_verdicts_that_they_mean() -> None:
    from ftspec.data.encoding import Encoded
    from ftspec.kinds.objectives import Example
    from ftspec.kinds.objectives.kto import Kto

    def example(label: object) -> Example:
        return Example((Encoded([1, 2], [False, True]),), {"label": label})

    labels = [True, False, 1, 0, "True", "false", "1", "0", "yes", "no"]
    found = Kto().columns([example(label) for label in labels])["label"]
    assert found == [True, False] * 5


@pytest.mark.parametrize(
    ("several", "labels", "says"),
    [
        ("", ["red", "green"], ""),
        ("", ["red", "blue", "blue"], "2 rows of `rows` with the label 'blue': rows.jsonl row 2; rows.jsonl row 3"),
        (", multi_label = true", [["red", "green"], []], ""),
        (", multi_label = true", [["red", "pink"], []], "1 row of `rows` with the label 'pink': rows.jsonl row 1"),
    ],
)
def test_a_class_that_is_not_named(tmp_path: Path, several: str, labels: list[object], says: str) -> None:
    numbers, said = found(tmp_path, SPEC.replace("SEVERAL", several), labels)
    assert says in said
    assert numbers == (["FT355"] if says else [])


@pytest.mark.parametrize(("word", "numbers"), [("Name the colour:", []), ("Colour:", ["FT355"])])
def test_a_task_that_is_not_known(tmp_path: Path, word: str, numbers: list[str]) -> None:
    assert found(tmp_path, TASKS.replace("WORD", word), ["red", "green"])[0] == numbers
