"""Advice on answers: the same one everywhere, preferences between equals, one label in several writings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.data.specs import codes, messages, surveyed, write_rows


def said(folder: Path, rows: list[dict[str, Any]]) -> dict[str, str]:
    """What is said about rows, by code."""
    write_rows(folder / "rows.jsonl", rows)
    _, _, problems = surveyed(folder, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
    return dict(zip(codes(problems), (messages([each]) for each in problems), strict=True))


def asked(*answers: str, count: int = 40) -> list[dict[str, Any]]:
    """Rows with different questions, answered in turn."""
    words = [f"{chr(97 + n % 26)}{n * 7919} {n * 104729}" for n in range(count)]
    return [{"prompt": f"{word} asks", "completion": answers[n % len(answers)]} for n, word in enumerate(words)]


def trained(folder: Path, rows: list[dict[str, Any]], more: str = "", template: str = "") -> dict[str, str]:
    """What is said about rows that a stage learns from."""
    write_rows(folder / "rows.jsonl", rows)
    text = f'{template}data rows {{\n  source = jsonl("rows.jsonl")\n{more}}}\ntrain t {{\n  data = rows\n}}\n'
    _, _, problems = surveyed(folder, text)
    return dict(zip(codes(problems), (messages([each]) for each in problems), strict=True))


def test_one_answer_for_every_row_is_said(tmp_path: Path) -> None:
    assert trained(tmp_path, asked("yes"))["FT441"] == (
        "all 40 rows of `rows` have the same answer, `yes`: a model that reads nothing gives it too"
    )
    assert "FT441" not in trained(tmp_path, asked("yes", "no"))
    assert "FT441" not in trained(tmp_path, asked("yes", count=5))
    assert "FT441" not in trained(tmp_path, [{"text": "the same line"}] * 20)


def test_one_answer_is_fine_where_it_is_meant_measured_or_mixed_with_others(tmp_path: Path) -> None:
    refuse = 'template refuse {\n  user      "{{ prompt }}"\n  assistant "I cannot help with that."\n}\n'
    assert "FT441" not in trained(tmp_path, asked("yes"), "  template = refuse\n", refuse)
    assert "FT441" not in said(tmp_path, asked("yes"))
    write_rows(tmp_path / "no.jsonl", asked("no"))
    mixed = (
        'data no {\n  source = jsonl("no.jsonl")\n}\ndata mixed {\n  mixture {\n    yes = 50%\n    no  = 50%\n  }\n}\n'
    )
    text = 'data yes {\n  source = jsonl("rows.jsonl")\n}\n' + mixed + "train t {\n  data = mixed\n}\n"
    assert "FT441" not in codes(surveyed(tmp_path, text)[2])


@pytest.mark.parametrize("pair", [("billing", "Billing"), ("not sure", "not-sure"), ("yes", "yes.")])
def test_labels_that_differ_in_their_writing_alone_are_said(pair: tuple[str, str], tmp_path: Path) -> None:
    found = said(tmp_path, asked(*pair, "other"))
    first, second = sorted(pair)
    assert found["FT443"] == f"answers of `rows` differ in nothing but their writing: `{first}` and `{second}`"


@pytest.mark.parametrize("pair", [("-1", "1"), ("1", "1.5"), ("C", "C++"), ("class 1", "class 2"), ("+", "-")])
def test_labels_with_other_numbers_or_signs_are_other_labels(pair: tuple[str, str], tmp_path: Path) -> None:
    assert "FT443" not in said(tmp_path, asked(*pair, "other"))


def test_preferences_between_equals_are_said(tmp_path: Path) -> None:
    rows = [{"prompt": each["prompt"], "chosen": "a", "rejected": "b"} for each in asked("x")]
    assert "FT442" not in said(tmp_path, rows)
    rows[3]["rejected"] = "a"
    assert said(tmp_path, rows)["FT442"] == (
        "1 of 40 rows has the same chosen and rejected answer in `rows`: rows.jsonl row 4"
    )


@pytest.mark.parametrize(("longer", "how"), [("chosen", "longer"), ("rejected", "shorter")])
def test_preferences_that_length_alone_tells_apart_are_said(longer: str, how: str, tmp_path: Path) -> None:
    shorter = {"chosen": "rejected", "rejected": "chosen"}[longer]
    rows = [{"prompt": each["prompt"], longer: "a long and winding answer", shorter: "short."} for each in asked("x")]
    assert said(tmp_path, rows)["FT449"] == (
        f"in 40 of 40 pairs of `rows` the chosen answer is the {how} one, 4.2 × over all: "
        "a model may learn length alone"
    )
    for row in rows[::4]:
        row["chosen"], row["rejected"] = row["rejected"], row["chosen"]
    assert "FT449" not in said(tmp_path, rows), "a quarter are the other way round"
    assert "FT449" not in said(tmp_path, [{**row, "rejected": row["chosen"] + "!"} for row in rows])


def test_rows_that_differ_in_a_number_alone_are_not_the_same(tmp_path: Path) -> None:
    from ftspec.data.surveying import data_sets
    from tests.data.specs import spec_of

    write_rows(tmp_path / "rows.jsonl", [{"q": 10**9 + 7919 * n, "a": "even" if n % 2 else "odd"} for n in range(100)])
    text = (
        'template sum {\n  user      "{{ q }}"\n  assistant "{{ a }}"\n}\n'
        'data rows {\n  source   = jsonl("rows.jsonl")\n'
        "  template = sum\n\n  clean {\n    deduplicate = near(0.9)\n  }\n}\ntrain t {\n  data = rows.train\n}\n"
        "gates {\n  require loss(rows.test) <= 9\n}\n"
    )
    parts = data_sets(spec_of(tmp_path, text))["rows"].prepared.parts
    assert sum(map(len, parts.values())) == 100 and all(parts[part] for part in ("train", "validation", "test"))


def test_rows_that_ask_nothing_are_said(tmp_path: Path) -> None:
    rows = asked("yes", "no")
    assert "FT445" not in said(tmp_path, rows)
    rows[4]["prompt"] = rows[2]["prompt"] = "  "
    assert said(tmp_path, rows)["FT445"] == "2 of 40 rows of `rows` ask nothing: rows.jsonl row 3, rows.jsonl row 5"


def test_a_template_may_ask_by_its_system_turn(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", asked("yes", "no"))
    template = 'template t {\n  system    "{{ prompt }}"\n  assistant "{{ completion }}"\n}\n'
    text = template + 'data rows {\n  source   = jsonl("rows.jsonl")\n  template = t\n}\n'
    assert "FT445" not in codes(surveyed(tmp_path, text)[2])


def test_a_field_that_holds_several_kinds_of_values_is_said(tmp_path: Path) -> None:
    template = 'template t {\n  user      "{{ q }} {{ more }}"\n  assistant "{{ a }}"\n}\n'
    text = template + 'data rows {\n  source   = jsonl("rows.jsonl")\n  template = t\n}\n'
    rows: list[dict[str, Any]] = [{"q": 7919 * n / 4, "more": f"w{n}", "a": str(n % 3)} for n in range(40)]
    write_rows(tmp_path / "rows.jsonl", rows)
    assert "FT444" not in codes(surveyed(tmp_path, text)[2])
    rows[6]["q"], rows[9]["q"], rows[2]["more"] = "seven", ["a"], {"x": 1}
    write_rows(tmp_path / "rows.jsonl", rows)
    found = messages(each for each in surveyed(tmp_path, text)[2] if each.code.id == "FT444").splitlines()
    assert sorted(found) == [
        "`more` is a text in 39 rows of `rows`, and an object in 1: rows.jsonl row 3",
        "`q` is a number in 38 rows of `rows`, and a text in 1: rows.jsonl row 7; a list in 1: rows.jsonl row 10",
    ]


def test_bare_text_beside_prompts_asks_nothing_and_is_no_fault(tmp_path: Path) -> None:
    write_rows(tmp_path / "asked.jsonl", [{"prompt": f"What is {n}?", "completion": str(n)} for n in range(40)])
    write_rows(tmp_path / "bare.jsonl", [{"text": f"Sentence {n * 7919}."} for n in range(40)])
    text = (
        'data asked {\n  source = jsonl("asked.jsonl")\n}\ndata bare {\n  source = jsonl("bare.jsonl")\n}\n'
        "data both {\n  mixture {\n    asked.train = 50%\n    bare.train = 50%\n  }\n}\ntrain t {\n  data = both\n}\n"
    )
    assert "FT445" not in codes(surveyed(tmp_path, text)[2])
