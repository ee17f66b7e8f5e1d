"""Augmentation and few-shot examples: training rows alone, and never the answer."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from ftspec.data import Row, Turn
from ftspec.data.augment import augmented, noisy, read_synonyms
from ftspec.spec.data import Augment
from tests.data.specs import ROUTE, TICKETS, codes, spec_of, surveyed, write_rows

ROW = Row(
    "a" * 16,
    "rows.jsonl",
    1,
    {},
    (
        Turn("system", "Be short.", False),
        Turn("user", "The Printer is broken again", False),
        Turn("assistant", "technical", True),
    ),
)


def test_noise_is_of_the_asked_amount_and_the_same_every_time() -> None:
    text = "".join(chr(0x4E00 + n) for n in range(2000))
    found = noisy(text, 0.1, Random(1))
    assert found == noisy(text, 0.1, Random(1)) != text
    changes = sum(found.count(char) != 1 for char in text) + sum(a > b for a, b in pairwise(found))
    assert changes == pytest.approx(200, abs=40)
    assert noisy(text, 0.0, Random(1)) == text


def test_copies_change_the_question_alone() -> None:
    found = augmented([ROW], Augment(noise=0.2, copies=3), Path())
    assert [row.item for row in found] == [ROW.item, *(f"{ROW.item}-a{n}" for n in (1, 2, 3))]
    for row in found[1:]:
        assert row.turns[0] == ROW.turns[0] and row.turns[2] == ROW.turns[2] and row.turns[1] != ROW.turns[1]
    assert augmented([ROW], Augment(noise=0.2, copies=3), Path()) == found
    assert augmented([ROW], Augment(noise=0.2, copies=3, seed=1), Path()) != found


def test_lower_case_and_synonyms(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("printer, plotter\nbroken, defect, out of order\n")
    assert read_synonyms(tmp_path / "words.txt")["broken"] == ["defect", "out of order"]
    found = augmented([ROW], Augment(case=True, synonyms="words.txt", copies=8), tmp_path)
    asked = [row.turns[1].text for row in found]
    assert asked[-1] == "the printer is broken again" and len(set(asked)) == len(asked) > 3
    assert any("Plotter" in text for text in asked)


def test_only_training_rows_grow(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    plain = f'{ROUTE}data rows {{\n  source = jsonl("rows.jsonl")\n  template = route\n'
    use = "train t {\n  data = rows.train\n}\ngates {\n  require accuracy(rows.test) >= 50%\n}\n"
    before = surveyed(tmp_path, plain + "}\n" + use)[0]["rows"]
    grown = plain + "  augment {\n    noise = 20%\n    copies = 2\n  }\n}\n" + use
    after, _, problems = surveyed(tmp_path, grown)
    assert after["rows"].splits == {**before.splits, "train": 3 * before.splits["train"]}
    assert [(step.name, step.rows_in, step.rows_out) for step in after["rows"].steps] == [
        ("augment", before.splits["train"], 3 * before.splits["train"])
    ]
    assert "FT347" not in codes(problems)


def test_the_file_of_synonyms_belongs_to_the_data(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    text = (
        f'{ROUTE}data rows {{\n  source = jsonl("rows.jsonl")\n  template = route\n'
        '  augment {\n    synonyms = "words.txt"\n  }\n}\ntrain t {\n  data = rows\n}\n'
    )
    assert codes(surveyed(tmp_path, text)[2]) == ["FT501"]
    (tmp_path / "words.txt").write_text("body, text\n")
    data, _, _ = surveyed(tmp_path, text)
    assert [each.path for each in data["rows"].files] == ["rows.jsonl", "words.txt"]


@pytest.mark.parametrize("split", [True, False])
def test_examples_are_drawn_from_the_training_part(split: bool, tmp_path: Path) -> None:
    from ftspec.data.surveying import data_sets

    rows = [{"question": f"What is {n} and {n}?", "answer": f"{2 * n}"} for n in range(60)]
    write_rows(tmp_path / "rows.jsonl", rows)
    part = ".train" if split else ""
    gate = "gates {\n  require loss(rows.test) <= 9\n}\n" if split else ""
    text = 'data rows {\n  source = jsonl("rows.jsonl")\n  template = few_shot\n}\n'
    text += f"train t {{\n  data = rows{part}\n}}\n"
    prepared = data_sets(spec_of(tmp_path, text + gate))["rows"].prepared
    known = {row.fields["question"] for row in prepared.rows("train" if split else "all")}
    seen = set()
    for rows_of_part in prepared.parts.values():
        for row in rows_of_part:
            *shown, asked = row.turns[0].text.split("Question: ")[1:]
            questions = [each.split("\n")[0] for each in shown]
            assert len(questions) == 3 == len(set(questions)) and set(questions) <= known
            assert asked == row.fields["question"] and asked not in questions
            seen.add(tuple(questions))
    assert len(seen) > 10
    again = data_sets(spec_of(tmp_path, text + gate))["rows"].prepared
    assert again.digest == prepared.digest
