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
