"""Near duplicates: found, exact at the threshold, and in time that grows with the rows."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ftspec.data import Row, Turn
from ftspec.data.duplicates import clusters, jaccard, near_pairs, shingles, without_near_duplicates, words
from tests.data.specs import codes, messages, surveyed, write_rows


def row(item: int, text: str, answer: str | None = None) -> Row:
    turns = [Turn("user", text, False)] + ([Turn("assistant", answer, True)] if answer is not None else [])
    return Row(f"{item:016x}", "rows.jsonl", item + 1, {}, tuple(turns))


def texts(count: int, seed: int = 0) -> list[str]:
    chosen = random.Random(seed)
    vocabulary = [f"w{n}" for n in range(500)]
    return [" ".join(chosen.choices(vocabulary, k=60)) for _ in range(count)]


def changed(text: str, places: int, seed: int = 0) -> str:
    found, chosen = text.split(), random.Random(seed)
    for place in chosen.sample(range(len(found)), places):
        found[place] = "changed"
    return " ".join(found)


def test_words_and_shingles() -> None:
    assert words("It's 3,5 – ok?") == ["it", "s", "3", "5", "ok"]
    assert words("東京は x") == ["東", "京", "は", "x"]
    assert shingles("a b c d") == ["a b c", "b c d"] and shingles("a b") == ["a b"] and shingles("") == [""]
    assert jaccard("a b c d", "a b c e") == pytest.approx(1 / 3)


def test_copies_with_small_changes_go() -> None:
    base = texts(300)
    rows = [row(n, text) for n, text in enumerate([*base, *[changed(text, 1) for text in base]])]
    similarity = min(jaccard(text, changed(text, 1)) for text in base)
    kept = without_near_duplicates(rows, similarity)
    assert len(kept) <= 303 and {each.item for each in rows[:300]} <= kept
    assert len(without_near_duplicates(rows, 1.0)) == 600


@pytest.mark.parametrize("similarity", [0.5, 0.7, 0.9, 1.0])
def test_what_goes_is_at_the_threshold_and_what_stays_below(similarity: float) -> None:
    base = texts(40)
    variants = [changed(text, places, seed) for seed, text in enumerate(base) for places in (0, 1, 2, 4, 8)]
    rows = [row(n, text) for n, text in enumerate(variants)]
    kept = without_near_duplicates(rows, similarity)
    stay = [each for each in rows if each.item in kept]
    wrong = 0
    for each in rows:
        alike = [other for other in stay if other is not each and jaccard(each.text, other.text) >= similarity]
        if each.item in kept:
            wrong += any(other.number < each.number for other in alike)
        else:
            assert any(other.number < each.number for other in alike)
    assert wrong <= 2  # MinHash misses at most one pair in a hundred


def test_different_labels_are_no_copies() -> None:
    text = texts(1)[0]
    assert len(without_near_duplicates([row(0, text, "billing"), row(1, text, "general")], 0.9)) == 2
    assert len(without_near_duplicates([row(0, text, "billing"), row(1, text, "billing")], 0.9)) == 1


def test_clusters_hang_together_whatever_the_order() -> None:
    base = texts(50)
    rows = [row(n, text) for n, text in enumerate([*base, *[changed(text, 1) for text in base[:20]]])]
    found = clusters(rows, 0.85)
    assert found == clusters(rows[::-1], 0.85)
    assert {found[rows[n].item] for n in range(20)} == {rows[n].item for n in range(20)}
    assert all(found[rows[50 + n].item] == rows[n].item for n in range(20)) and len(found) == 40


def test_pairs_between_two_sides() -> None:
    left = texts(30)
    right = [changed(left[3], 1), *texts(5, seed=9), left[7]]
    found = {(a, b) for a, b, _ in near_pairs(left, right, 0.85)}
    assert found == {(3, 0), (7, 6)}


def test_many_rows_that_are_alike_cost_little() -> None:
    """Every row is 80 % boilerplate: candidates abound, copies do not."""
    frame = " ".join(f"f{n}" for n in range(60))
    rows = [row(n, f"{frame} {text}") for n, text in enumerate(texts(1500))]
    assert len(without_near_duplicates(rows, 0.9)) == 1500


def test_contradictory_labels_are_said(tmp_path: Path) -> None:
    long = texts(30)
    rows = [{"prompt": text, "completion": "yes" if n % 2 else "no"} for n, text in enumerate(long)]
    rows.append({"prompt": long[0], "completion": "yes"})
    write_rows(tmp_path / "rows.jsonl", rows)
    _, _, problems = surveyed(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
    assert codes(problems) == ["FT433"]
    assert messages(problems) == (
        "1 row contradicts another of `rows`: rows.jsonl row 1 says `no`, rows.jsonl row 31 `yes`"
    )


def warned(folder: Path, rows: list[dict[str, object]], more: str = "", template: str = "") -> list[str]:
    """The codes of what is said about rows, those about their number aside."""
    write_rows(folder / "rows.jsonl", rows)
    text = f'{template}data rows {{\n  source = jsonl("rows.jsonl")\n{more}}}\n'
    return codes(surveyed(folder, text)[2])


def test_examples_in_the_prompt_contradict_nothing(tmp_path: Path) -> None:
    """The same examples stand before each question, which makes the prompts alike and the questions no more so."""
    rows: list[dict[str, object]] = [
        {"question": text.split()[n % 5], "answer": "yes" if n % 2 else "no"} for n, text in enumerate(texts(40))
    ]
    rows = [{**row, "question": f"{row['question']} {n}"} for n, row in enumerate(rows)]
    assert "FT433" not in warned(tmp_path, rows, "  template = few_shot\n")
    rows.append({"question": rows[0]["question"], "answer": "yes"})
    assert "FT433" in warned(tmp_path, rows, "  template = few_shot\n")


@pytest.mark.parametrize("between", ["\n", " "])
def test_an_instruction_that_all_rows_share_is_no_question(between: str, tmp_path: Path) -> None:
    long = " ".join(f"rule{n}" for n in range(200))
    rows: list[dict[str, object]] = [
        {"prompt": f"{long}:{between}word{n}", "completion": "yes" if n % 2 else "no"} for n in range(40)
    ]
    assert "FT433" not in warned(tmp_path, rows)
    rows.append({"prompt": f"{long}:{between}word0", "completion": "yes"})
    assert "FT433" in warned(tmp_path, rows)
    by_template = 'template asked {\n  user "LONG {{ word }}"\n  assistant "{{ label }}"\n}\n'.replace("LONG", long)
    fields: list[dict[str, object]] = [{"word": f"w{n}", "label": "yes" if n % 2 else "no"} for n in range(40)]
    assert "FT433" not in warned(tmp_path, fields, "  template = asked\n", by_template)


def test_answers_that_were_judged_contradict_by_their_verdict_alone(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"prompt": text, "completion": said, "label": said == "yes"} for text in texts(30) for said in ("yes", "no")
    ]
    assert "FT433" not in warned(tmp_path, rows)
    rows.append({**rows[0], "label": not rows[0]["label"]})
    assert "FT433" in warned(tmp_path, rows)
    pairs: list[dict[str, object]] = [
        {"prompt": text, "chosen": "yes", "rejected": said} for text in texts(30) for said in ("no", "maybe")
    ]
    assert "FT433" not in warned(tmp_path, pairs)


def test_questions_without_words_contradict_nothing(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"prompt": text, "completion": "yes" if n % 2 else "no"} for n, text in enumerate(texts(30))
    ]
    rows += [{"prompt": "?", "completion": "yes"}, {"prompt": "???", "completion": "no"}]
    assert "FT433" not in warned(tmp_path, rows)


@pytest.mark.slow
def test_a_hundred_thousand_rows_in_a_minute() -> None:
    import resource
    import time

    base = texts(90_000)
    rows = [row(n, text) for n, text in enumerate([*base, *[changed(text, 1) for text in base[:10_000]]])]
    start = time.monotonic()
    kept = without_near_duplicates(rows, 0.85)
    assert time.monotonic() - start < 60 and 90_000 <= len(kept) <= 90_300
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2 << 20


def test_long_answers_are_no_labels(tmp_path: Path) -> None:
    rows = [
        {"prompt": f"Question {n % 30} about the same old thing", "completion": f"answer {n} " * 20} for n in range(60)
    ]
    write_rows(tmp_path / "rows.jsonl", rows)
    _, _, problems = surveyed(tmp_path, 'data rows {\n  source = jsonl("rows.jsonl")\n}\n')
    assert "FT433" not in codes(problems) and "FT430" not in codes(problems)
