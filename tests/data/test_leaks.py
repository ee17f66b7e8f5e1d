"""Leaks between what trains and what gates read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.data import Row, Turn
from ftspec.data.overlap import find_leaks
from tests.data.specs import codes, messages, surveyed, write_rows
from tests.data.test_duplicates import changed, texts


def text_row(number: int, text: str) -> Row:
    return Row(f"{number:016x}", "rows.jsonl", number + 1, {}, (Turn("text", text, True),))


TRAIN = texts(60)
SPEC = """
data train {
  source = jsonl("train.jsonl")
}

data held {
  source = jsonl("held.jsonl")
}

train t {
  data = train
}

gates {
  require loss(held) <= 9
}
"""


def run(folder: Path, held: list[str], train: list[str] = TRAIN) -> tuple[list[str], str]:
    write_rows(folder / "train.jsonl", [{"text": text} for text in train])
    write_rows(folder / "held.jsonl", [{"text": text} for text in held])
    _, _, problems = surveyed(folder, SPEC)
    found = [each for each in problems if each.code.id in ("FT347", "FT432")]
    return codes(found), messages(found)


@pytest.mark.parametrize(
    ("answer", "asked", "found"),
    [("another", "How does Q work", True), ("another", "Sort Q", False), ("the same", "How does Q work", False)],
)
def test_a_question_that_training_has_seen_is_said(answer: str, asked: str, found: bool, tmp_path: Path) -> None:
    """What is the same in answer too is a leak already; a word or two are no question of their own."""
    rows = [{"prompt": asked.replace("Q", str(n * 7919)), "completion": f"{n * 31} is it"} for n in range(60)]
    write_rows(tmp_path / "train.jsonl", rows)
    held = {**rows[3], "completion": answer} if answer == "another" else rows[3]
    write_rows(tmp_path / "held.jsonl", [held, {"prompt": "What else is there to ask", "completion": "no"}])
    _, _, problems = surveyed(tmp_path, SPEC)
    said = [each.message for each in problems if each.code.id == "FT448"]
    wanted = "1 row of `held` asks what is asked in `train`: held.jsonl row 1 and train.jsonl row 4"
    assert said == ([wanted] if found else [])


def test_what_every_row_asks_is_an_instruction(tmp_path: Path) -> None:
    rows = [{"prompt": "Write a short poem for me", "completion": text} for text in texts(60)]
    write_rows(tmp_path / "train.jsonl", rows)
    write_rows(tmp_path / "held.jsonl", [{**rows[0], "completion": text} for text in texts(20, seed=5)])
    _, _, problems = surveyed(tmp_path, SPEC)
    assert not {"FT448", "FT347"} & set(codes(problems))


def test_nothing_leaks(tmp_path: Path) -> None:
    assert run(tmp_path, texts(20, seed=5)) == ([], "")


@pytest.mark.parametrize(
    ("leak", "code", "says"),
    [
        (TRAIN[3].upper() + " ", "FT347", "1 row of `held` stands word for word in `train`"),
        (changed(TRAIN[3], 1), "FT347", "1 row of `held` is a near duplicate of a row of `train`"),
        ("start " + " ".join(TRAIN[3].split()[10:40]) + " end of it", "FT347", "shares long passages with `train`"),
        (
            " ".join(texts(1, seed=8)[0].split() + TRAIN[3].split()[:14]),
            "FT432",
            "shares thirteen words in a row with `train`",
        ),
    ],
)
def test_each_kind_of_leak(leak: str, code: str, says: str, tmp_path: Path) -> None:
    found, said = run(tmp_path, [*texts(20, seed=5), leak])
    assert found == [code]
    assert says in said and "held.jsonl row 21 and train.jsonl row 4" in said


def test_boilerplate_is_no_leak() -> None:
    frame = " ".join(f"f{n}" for n in range(30))
    train = [text_row(n, f"{frame} {text}") for n, text in enumerate(texts(40))]
    held = [text_row(n, f"{frame} {text}") for n, text in enumerate(texts(40, seed=3))]
    assert find_leaks(train, held) == []


def test_leaks_name_rows_and_how_many_more(tmp_path: Path) -> None:
    found, said = run(tmp_path, TRAIN[:7])
    assert found == ["FT347"] and said.endswith("; and 4 more") and said.startswith("7 rows of `held`")


def test_parts_of_one_data_set_are_compared(tmp_path: Path) -> None:
    rows = [{"text": text, "part": "train"} for text in TRAIN] + [{"text": TRAIN[0], "part": "test"}]
    write_rows(tmp_path / "rows.jsonl", rows)
    text = (
        'data rows {\n  source = jsonl("rows.jsonl")\n  split {\n    by = part\n  }\n}\n'
        "train t {\n  data = rows.train\n}\ngates {\n  require loss(rows.test) <= 9\n}\n"
    )
    _, _, problems = surveyed(tmp_path, text)
    assert "FT347" in codes(problems)


def test_metrics_made_for_training_data_are_let_be(tmp_path: Path) -> None:
    write_rows(tmp_path / "train.jsonl", [{"text": text} for text in TRAIN])
    text = SPEC[: SPEC.index("data held")] + SPEC[SPEC.index("train t") : SPEC.index("gates")]
    _, _, problems = surveyed(tmp_path, text + "gates {\n  warn memorization(train) <= 2%\n}\n")
    assert "FT347" not in codes(problems)


def test_the_check_is_kept_and_misses_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.data.specs import spec_of

    write_rows(tmp_path / "train.jsonl", [{"text": text} for text in TRAIN])
    write_rows(tmp_path / "held.jsonl", [{"text": TRAIN[0]}])
    from ftspec.data import survey

    spec = spec_of(tmp_path, SPEC)
    cold = survey(spec)
    monkeypatch.setattr("ftspec.data.overlap.find_leaks", None)
    assert survey(spec) == cold
    monkeypatch.undo()
    write_rows(tmp_path / "held.jsonl", [{"text": texts(1, seed=4)[0]}])
    assert "FT347" not in codes(survey(spec)[2])


WAIVER = 'waive leak(train, held) because "the audit chose its rows from our archive"\n'


def waived(folder: Path, held: list[str], waiver: str = WAIVER) -> tuple[list[str], str]:
    write_rows(folder / "train.jsonl", [{"text": text} for text in TRAIN])
    write_rows(folder / "held.jsonl", [{"text": text} for text in held])
    found = [each for each in surveyed(folder, waiver + SPEC)[2] if each.code.id in ("FT347", "FT438", "FT439")]
    return codes(found), messages(found)


def test_a_known_leak_is_waived_with_a_reason_and_stays_visible(tmp_path: Path) -> None:
    found, said = waived(tmp_path, [*texts(20, seed=5), TRAIN[3]])
    assert found == ["FT438"] and "word for word in `train`" in said and "chose its rows from our archive" in said


def test_a_waiver_covers_its_own_pair_alone(tmp_path: Path) -> None:
    found, said = waived(tmp_path, [TRAIN[3]], WAIVER.replace("train, held", "held, train"))
    assert found == ["FT347", "FT439"] and "names no part that trains" in said


def test_a_waiver_for_nothing_is_said(tmp_path: Path) -> None:
    found, said = waived(tmp_path, texts(20, seed=5))
    assert found == ["FT439"] and "nothing leaks" in said


def test_the_error_says_how_to_waive(tmp_path: Path) -> None:
    write_rows(tmp_path / "train.jsonl", [{"text": text} for text in TRAIN])
    write_rows(tmp_path / "held.jsonl", [{"text": TRAIN[3]}])
    [problem] = [each for each in surveyed(tmp_path, SPEC)[2] if each.code.id == "FT347"]
    assert problem.help is not None and "waive leak(train, held) because" in problem.help
