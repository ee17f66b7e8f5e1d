"""Paraphrases: what is recorded of each, which train, and that none comes near to rows that are held out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ftspec.data import Row, Turn
from ftspec.data.paraphrasing import NEAR, changeable, held_back, with_paraphrases
from ftspec.data.surveying import data_sets
from ftspec.kinds.paraphrases.prompted import CUT, EMPTY, UNCHANGED, Prompted
from ftspec.kinds.writing import Talk
from ftspec.plan.steps import PrepareData
from tests.data.specs import ROUTE, TICKETS, codes, spec_of, surveyed, write_rows

ASKED = "the printer on the second floor has been broken again since this morning"


def row(item: str, *turns: tuple[str, str, bool]) -> Row:
    """A row of (role, text, trains)."""
    return Row(item, "rows.jsonl", 1, {}, tuple(Turn(*turn) for turn in turns))


CHAT = row(
    "a" * 16,
    ("system", "Be short.", False),
    ("user", ASKED, False),
    ("assistant", "Which one?", True),
    ("user", "The grey one", False),
    ("assistant", "technical", True),
)


class Said:
    """A writer that says what it is told to."""

    def __init__(self, rows: Sequence[Row], *answers: tuple[str, bool]) -> None:
        self.rows, self.answers = rows, list(answers)
        self.asked: list[tuple[str, Talk, str]] = []

    def changeable(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        return changeable(self.rows)

    def drawn(self, maker: str, talks: Sequence[Talk], stream: str) -> list[tuple[str, bool]]:
        self.asked += [(maker, talk, stream) for talk in talks]
        return [self.answers.pop(0) for _ in talks]


def test_each_turn_that_asks_is_rewritten_and_recorded_with_model_prompt_and_seed() -> None:
    paraphrase = Prompted(model="rewriter", instruction="Say it again.", seed=7)
    writer = Said([CHAT], (" Broken printer upstairs. ", True), ("Grey.", True))
    [record] = paraphrase.written(writer)  # type: ignore[arg-type]
    assert record == {
        "item": CHAT.item,
        "texts": [ASKED, "The grey one"],
        "paraphrases": ["Broken printer upstairs.", "Grey."],
        "left_out": None,
        "model": "rewriter",
        "seed": 7,
        "prompts": [f"Say it again.\n\n{ASKED}", "Say it again.\n\nThe grey one"],
        "copy": 0,
    }
    assert [talk for _, talk, _ in writer.asked] == [(("user", each),) for each in record["prompts"]]


def test_what_is_empty_cut_or_nothing_new_is_left_out_and_kept_in_the_file() -> None:
    rows = [replace(CHAT, item=str(n), turns=CHAT.turns[1:2]) for n in range(2)]
    writer = Said(rows, ("new", True), ("", True), ("New ", True), ("never ended", False))
    found = list(Prompted(model="m", copies=2).written(writer))  # type: ignore[arg-type]
    assert [(each["item"], each["copy"], each["left_out"]) for each in found] == [
        ("0", 0, None), ("1", 0, EMPTY), ("0", 1, UNCHANGED), ("1", 1, CUT),
    ]  # fmt: skip
    assert {stream for _, _, stream in writer.asked} == {"paraphrase 0", "paraphrase 1"}


def test_a_paraphrase_near_a_held_out_row_trains_nothing_and_says_near_which() -> None:
    held = Row("h" * 16, "rows.jsonl", 9, {"body": ASKED, "queue": "billing"}, CHAT.turns[1:2], used=("body", "queue"))
    records = [
        {"paraphrases": [text], "left_out": why}
        for text, why in ((ASKED.upper(), None), ("the scanner is fine", None), (ASKED, EMPTY))
    ]
    found = list(held_back(records, [held]))
    assert [each["left_out"] for each in found] == [NEAR, None, EMPTY]
    assert found[0]["near"] == "rows.jsonl row 9"
    assert list(held_back(records, [])) == records


SPEC = f"""{ROUTE}
data rows {{
  source   = jsonl("rows.jsonl")
  template = route

  augment {{
    paraphrase = prompted(base, copies = 2)
  }}
}}

train t {{
  data = rows.train
}}

gates {{
  require accuracy(rows.test) >= 50%
}}
"""


def test_paraphrases_stand_behind_their_rows_in_the_part_that_trains(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    one = data_sets(spec_of(tmp_path, SPEC))["rows"]
    before = one.prepared
    first, second, *_ = before.parts["train"]
    records = [
        {"item": first.item, "copy": 1, "paraphrases": ["said otherwise"], "left_out": None},
        {"item": second.item, "copy": 0, "paraphrases": ["said badly"], "left_out": CUT},
    ]
    (tmp_path / "written.jsonl").write_text("".join(json.dumps(each) + "\n" for each in records))
    step = PrepareData(
        id="data.rows", source=one.spec.data["rows"].source.model_dump(), format="chat", recognised=False,  # type: ignore[union-attr]
        template=one.recipe.turns, trained_roles=("assistant",), clean=one.spec.data["rows"].clean.model_dump(),
        split={}, augment=one.spec.data["rows"].augment.model_dump(mode="json"), files=(), rows_read=0, rows=0,  # type: ignore[union-attr]
        cleaned=(), splits={}, digest="",
    )  # fmt: skip
    after = with_paraphrases(before, step, tmp_path / "written.jsonl", None)
    assert {part: len(rows) for part, rows in after.parts.items()} == {
        **{part: len(rows) for part, rows in before.parts.items()},
        "train": len(before.parts["train"]) + 1,
    }
    new = after.parts["train"][1]
    assert (new.item, new.turns[1].text) == (f"{first.item}-p2", "said otherwise")
    assert (new.turns[0], new.turns[2]) == (first.turns[0], first.turns[2])
    assert after.parts["test"] == before.parts["test"]


def test_rows_that_ask_nothing_have_nothing_to_augment(tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text("One paragraph.\n\nAnother one.\n")
    text = (
        'data news {\n  source = text("news.txt")\n\n  augment {\n    noise = 5%\n  }\n}\ntrain t {\n  data = news\n}\n'
    )
    assert "FT440" in codes(surveyed(tmp_path, text)[2])
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    assert "FT440" not in codes(surveyed(tmp_path, SPEC)[2])
