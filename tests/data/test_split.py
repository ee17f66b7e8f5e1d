"""Splits: by content, stable, never parting what belongs together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ftspec.data import Row, Turn
from ftspec.data.row import content_hash, named
from ftspec.data.split import fraction, part_at, split_rows
from ftspec.spec.data import Split
from tests.data.specs import ROUTE, TICKETS, codes, messages, surveyed, write_rows


def rows_of(values: list[dict[str, Any]]) -> list[Row]:
    items = named(content_hash(each) for each in values)
    turn = (Turn("text", "x", True),)
    return [Row(item, "rows.jsonl", n, each, turn) for n, (item, each) in enumerate(zip(items, values, strict=True), 1)]


def parts_of(values: list[dict[str, Any]], **options: Any) -> dict[str, str]:
    found, faults = split_rows(rows_of(values), Split(**options), {})
    assert faults == []
    return found


MANY = [{"n": n, "kind": "abc"[n % 3], "owner": n // 7} for n in range(3000)]


def test_shares_are_about_right() -> None:
    found = list(parts_of(MANY, test=0.15, validation=0.1).values())
    assert found.count("test") == pytest.approx(450, abs=60)
    assert found.count("validation") == pytest.approx(300, abs=50)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60, unique=True), st.integers(0, 59), st.integers(0, 5))
@settings(max_examples=80, deadline=None)
def test_rows_stay_where_they_are_when_rows_are_added_or_moved(numbers: list[int], few: int, seed: int) -> None:
    values = [{"n": n} for n in numbers]
    before = parts_of(values[: few + 1], seed=seed)
    after = parts_of(values[::-1], seed=seed)
    assert before.items() <= after.items()


def test_another_seed_is_another_split() -> None:
    assert parts_of(MANY, seed=0) != parts_of(MANY, seed=1)
    assert fraction("a", 0) == fraction("a", 0) != fraction("a", 1)


def test_the_order_of_fields_means_nothing() -> None:
    assert content_hash({"a": 1, "b": "ü"}) == content_hash({"b": "ü", "a": 1}) != content_hash({"a": 1, "b": "u"})


def test_copies_stay_together() -> None:
    values = [{"n": n} for n in range(50)] * 3
    found = parts_of(values)
    assert len(found) == 150
    for item, part in found.items():
        assert part == found[item.partition("-")[0]]


def test_groups_stay_together() -> None:
    found = parts_of(MANY, group="owner", test=0.3)
    items = dict(zip((row.item for row in rows_of(MANY)), MANY, strict=True))
    owners: dict[int, set[str]] = {}
    for item, part in found.items():
        owners.setdefault(items[item]["owner"], set()).add(part)
    assert all(len(parts) == 1 for parts in owners.values()) and len(set(found.values())) == 3


def test_strata_each_have_every_part() -> None:
    values = [{"n": n, "kind": "common"} for n in range(300)] + [{"n": n, "kind": "rare"} for n in range(12)]
    for seed in range(20):
        found = parts_of(values, stratify="kind", test=0.1, validation=0.1, seed=seed)
        items = {row.item: row.fields["kind"] for row in rows_of(values)}
        rare = [part for item, part in found.items() if items[item] == "rare"]
        assert set(rare) == {"train", "validation", "test"}
        plain = parts_of(values, test=0.1, validation=0.1, seed=seed)
        moved = [item for item in found if found[item] != plain[item]]
        assert len(moved) <= 2 and all(items[item] == "rare" for item in moved)


def test_by_a_field() -> None:
    values = [{"n": n, "part": part} for n, part in enumerate(["train", "dev", "test", "Validation", "TRAIN"])]
    found = parts_of(values, by="part")
    assert list(found.values()) == ["train", "validation", "test", "validation", "train"]
    _, faults = split_rows(rows_of([{"part": "holdout"}, {}]), Split(by="part"), {})
    assert sorted(each.code.id for each in faults) == ["FT331", "FT340"]


def test_by_time() -> None:
    days = [{"n": n, "day": f"2026-01-{n + 1:02}"} for n in range(20)]
    found = parts_of(days[::-1], time="day", test=0.2, validation=0.1)
    parts = [found[row.item] for row in rows_of(days)]
    assert parts == ["train"] * 14 + ["validation"] * 2 + ["test"] * 4
    mixed = [{"day": "2026-01-02T10:00:00+02:00"}, {"day": "2026-01-02T09:00:00+00:00"}, {"day": "2026-01-01"}]
    found = parts_of(mixed, time="day", test=0.34, validation=0)
    assert [found[row.item] for row in rows_of(mixed)] == ["train", "test", "train"]
    _, faults = split_rows(rows_of([{"day": "soon"}, {"day": 3}]), Split(time="day"), {})
    assert [each.message for each in faults] == ["has no time in `day`"]


def test_a_train_share_leaves_the_rest_alone() -> None:
    assert part_at(0.95, Split(train=0.5, test=0.1, validation=0.1)) == "unused"


def test_near_duplicates_never_straddle(tmp_path: Path) -> None:
    long = [" ".join(f"word{n}x{i}" for i in range(40)) for n in range(80)]
    rows = [{"text": text} for text in long] + [{"text": f"{text} again"} for text in long]
    write_rows(tmp_path / "rows.jsonl", rows)
    text = (
        'data rows {\n  source = jsonl("rows.jsonl")\n  split {\n    test = 30%\n  }\n}\n'
        "train t {\n  data = rows.train\n}\ngates {\n  require loss(rows.test) <= 9\n}\n"
    )
    from ftspec.data.surveying import data_sets
    from tests.data.specs import spec_of

    prepared = data_sets(spec_of(tmp_path, text))["rows"].prepared
    parts = {row.fields["text"]: part for part, rows in prepared.parts.items() for row in rows}
    assert set(parts.values()) == {"train", "validation", "test"}
    assert all(parts[each] == parts[f"{each} again"] for each in long)
    assert "FT347" not in codes(surveyed(tmp_path, text)[2])


def test_a_word_more_or_less_keeps_rows_in_one_part(tmp_path: Path) -> None:
    from ftspec.data.surveying import data_sets
    from tests.data.specs import spec_of
    from tests.data.test_duplicates import texts

    long = [" ".join(text.split()[:30]) for text in texts(60, seed=3)]
    edited = {text: " ".join([*text.split()[:25], "indeed", *text.split()[25:]]) for text in long}
    write_rows(tmp_path / "rows.jsonl", [{"text": each} for each in (*long, *edited.values())])
    text = 'data rows {\n  source = jsonl("rows.jsonl")\n}\ntrain t {\n  data = rows.train\n}\n'
    prepared = data_sets(spec_of(tmp_path, text))["rows"].prepared
    parts = {row.fields["text"]: part for part, rows in prepared.parts.items() for row in rows}
    assert len(set(parts.values())) > 1 and all(parts[one] == parts[other] for one, other in edited.items())


def test_an_empty_part_is_said(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS[:3])
    text = f'{ROUTE}data rows {{\n  source = jsonl("rows.jsonl")\n  template = route\n}}\n'
    text += "train t {\n  data = rows.train\n}\n"
    _, _, problems = surveyed(tmp_path, text)
    assert "FT338" in codes(problems) and "3 rows are too few for a share of 10%" in messages(problems)


SHARED = """
data rows {
  source = jsonl("rows.jsonl")

  split {
    test = 20%GROUP
  }
}

train t {
  data = rows.train
}
"""


@pytest.mark.parametrize(
    ("group", "said"),
    [
        ("\n    group = ward\n    seed = 26", "test has 40% of the rows for 20%"),
        ("\n    group = patient", ""),
        ("", ""),
    ],
)
def test_a_share_that_whole_groups_cannot_make_is_said(group: str, said: str, tmp_path: Path) -> None:
    rows = [
        {"prompt": f"What ails {n * 7919}?", "completion": f"{n * 104729}", "ward": n % 5, "patient": n // 2}
        for n in range(300)
    ]
    write_rows(tmp_path / "rows.jsonl", rows)
    _, _, problems = surveyed(tmp_path, SHARED.replace("GROUP", group))
    [message] = [each.message for each in problems if each.code.id == "FT447"] or [""]
    assert said in message and bool(message) == bool(said)
    assert not said or message.endswith("`ward` has 5 values, each of which stays whole; `0` alone has 20%")


def test_copies_that_augmentation_adds_are_no_share(tmp_path: Path) -> None:
    rows = [{"prompt": f"what ails {n * 7919}?", "completion": f"{n * 104729}"} for n in range(300)]
    write_rows(tmp_path / "rows.jsonl", rows)
    text = SHARED.replace("GROUP", "").replace(
        "  split {", "  augment {\n    noise  = 20%\n    copies = 4\n  }\n\n  split {"
    )
    facts, _, problems = surveyed(tmp_path, text)
    assert facts["rows"].rows > 900 and "FT447" not in codes(problems)


def test_likes_that_stay_together_make_a_share_that_is_said(tmp_path: Path) -> None:
    question = "A long question that is asked again and again by everybody here"
    alike = [{"prompt": f"{question}{'!' * (n % 3)}", "completion": "yes"} for n in range(150)]
    others = [{"prompt": f"{n * 7919} and {n * 104729}", "completion": f"{n * 31}"} for n in range(150)]
    write_rows(tmp_path / "rows.jsonl", [*alike, *others])
    _, _, problems = surveyed(tmp_path, SHARED.replace("GROUP", ""))
    assert "rows that are nearly the same stay in one part" in messages(problems)


@pytest.mark.parametrize(("labels", "said"), [([True, False], False), ([True], True), (["true"], True)])
def test_unpaired_rows_of_one_verdict_are_said(labels: list[object], said: bool, tmp_path: Path) -> None:
    rows = [
        {
            "prompt": f"Question {n * 7919}",
            "completion": f"{n * 31}",
            "label": False if n == 0 else labels[n % len(labels)],
        }
        for n in range(200)
    ]
    write_rows(tmp_path / "rows.jsonl", rows)
    text = SHARED.replace("GROUP", "").replace("data = rows.train", "data = rows.train\n  objective = kto()")
    _, _, problems = surveyed(tmp_path, text)
    assert ("has no row with label `false`" in messages(problems)) is said


def test_preferences_have_no_labels(tmp_path: Path) -> None:
    rows = [{"prompt": f"Q {n * 7919}", "chosen": f"{n * 31}", "rejected": "abc"[min(n, 2)]} for n in range(200)]
    write_rows(tmp_path / "rows.jsonl", rows)
    text = SHARED.replace("GROUP", "").replace("data = rows.train", "data = rows.train\n  objective = dpo()")
    facts, _, problems = surveyed(tmp_path, text)
    assert "FT430" not in codes(problems) and facts["rows"].labels == {}


def test_a_value_that_a_part_lacks_is_said(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [*TICKETS * 3, {"subject": "s", "body": "b", "queue": "sales"}])
    text = (
        f'{ROUTE}data rows {{\n  source = jsonl("rows.jsonl")\n  template = route\n'
        "  split {\n    test = 30%\n    stratify = queue\n  }\n}\ntrain t {\n  data = rows.train\n}\n"
    )
    _, _, problems = surveyed(tmp_path, text)
    assert "FT430" in codes(problems) and "has no row with queue `sales`" in messages(problems)


def test_a_field_that_is_null(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", [{**row, "customer": n or None} for n, row in enumerate(TICKETS)])
    text = (
        f'{ROUTE}data rows {{\n  source = jsonl("rows.jsonl")\n  template = route\n'
        "  split {\n    group = customer\n  }\n}\ntrain t {\n  data = rows.train\n}\n"
    )
    _, _, problems = surveyed(tmp_path, text)
    assert messages(problems).startswith("rows.jsonl row 1 has null in `customer`, which the split uses")


def test_a_field_that_is_not_there(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", TICKETS)
    text = (
        f'{ROUTE}data rows {{\n  source = jsonl("rows.jsonl")\n  template = route\n'
        "  split {\n    group = customer\n  }\n}\ntrain t {\n  data = rows.train\n}\n"
    )
    _, _, problems = surveyed(tmp_path, text)
    assert codes(problems) == ["FT331"] and "and 25 more rows like it" in messages(problems)
