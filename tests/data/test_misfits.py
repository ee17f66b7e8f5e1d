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


def test_labels_of_a_list_count_one_by_one(tmp_path: Path) -> None:
    labels = [["red", "green"], ["red"], []] * 40
    rows = [{"text": f"row {n * 7919} says {n}", "label": label} for n, label in enumerate(labels)]
    write_rows(tmp_path / "rows.jsonl", rows)
    text = SPEC.replace("SEVERAL", ", multi_label = true").replace("data      = rows", "data      = rows.train")
    facts, _, problems = surveyed(tmp_path, text)
    assert set(facts["rows"].labels["train"]) == {"red", "green"} and "FT430" not in codes(problems)


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


def test_what_is_compared_is_what_a_preview_shows() -> None:
    """The answer with its end token, without what a template writes after it or what was said before."""
    from ftspec.data.encoding import Encoded
    from ftspec.kinds.objectives import Example
    from ftspec.kinds.objectives.dpo import Dpo
    from ftspec.kinds.objectives.kto import Kto

    spoken = Encoded([1, 2, 3, 4, 5, 6, 7], [False, True, False, False, True, True, False])
    other = Encoded([1, 2, 3, 4, 8, 9], [False, False, False, False, True, False])
    found = Kto(loss="apo_zero_unpaired").columns([Example((spoken,), {"label": True})])
    assert found["prompt_ids"] == [[1, 2, 3, 4]] and found["completion_ids"] == [[5, 6]]
    before = Encoded(spoken.ids, [False] * 4 + [True, True, False])
    pair = Dpo().columns([Example((before, other), {})])
    assert pair == {"prompt_ids": [[1, 2, 3, 4]], "chosen_ids": [[5, 6]], "rejected_ids": [[8]]}


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


def test_several_labels_are_recognised_and_checked(tmp_path: Path) -> None:
    text = SPEC.replace("SEVERAL", ", multi_label = true").replace("  format = labels\n", "")
    rows = [{"text": f"row {n} says something of its own", "labels": ["red", "green"][: n % 3]} for n in range(9)]
    write_rows(tmp_path / "rows.jsonl", rows)
    assert not [each for each in surveyed(tmp_path, text)[2] if each.is_error]
    write_rows(tmp_path / "rows.jsonl", [*rows, {"text": "one more row", "labels": ["red", "pink"]}])
    problems = [each for each in surveyed(tmp_path, text)[2] if each.is_error]
    assert messages(problems) == "1 row of `rows` with the label 'pink': rows.jsonl row 10"


def test_many_strange_classes_are_said_together(tmp_path: Path) -> None:
    labels: list[object] = ["red", "a", "b", "b", *(f"strange {n}" for n in range(40))]
    numbers, said = found(tmp_path, SPEC.replace("SEVERAL", ""), labels)
    assert numbers == ["FT355"] * 5
    assert "2 rows of `rows` with the label 'b'" in said
    assert (
        "38 rows of `rows` do not fit either, the first of them with the label 'strange 2': "
        "rows.jsonl row 7; rows.jsonl row 8; rows.jsonl row 9; and 35 more"
    ) in said


def test_rows_of_a_format_that_does_not_train_are_not_looked_at_one_by_one(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [{"text": f"row {n} says something of its own"} for n in range(9)])
    _, _, problems = surveyed(tmp_path, SPEC.replace("SEVERAL", "").replace("  format = labels\n", ""))
    assert "FT355" not in codes(problems)


@pytest.mark.parametrize(("word", "numbers"), [("Name the colour:", []), ("Colour:", ["FT355"])])
def test_a_task_that_is_not_known(tmp_path: Path, word: str, numbers: list[str]) -> None:
    assert found(tmp_path, TASKS.replace("WORD", word), ["red", "green"])[0] == numbers
