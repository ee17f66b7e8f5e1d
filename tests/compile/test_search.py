"""`search { … }`: what it may say, which trials come of it, and what it does to a plan."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ftspec import pipeline
from ftspec.compile.lower.search import as_trial, decided
from ftspec.plan.canonical import to_json
from ftspec.plan.diff import difference
from ftspec.spec.search import Choice, Range, Search, trials_of
from tests.compile.test_architectures import SPEC, compiled

SEARCH = """
search {{
  trials             = {trials}
  {goal}
  tuned.learning_rate = {rate}
  {more}
}}
"""


def written(
    trials: int = 4, goal: str = "maximize = exact_match(replies.validation)", more: str = "", rate: str = ""
) -> str:
    rate = rate or "range(1e-4, 1e-2, scale = log)"
    return SEARCH.format(trials=trials, goal=goal, rate=rate, more=more)


def checked(folder: Path, search: str) -> list[str]:
    """The codes of all errors, each with its line's text."""
    path = folder / "s.ft"
    path.write_text(SPEC.format(model="meta-llama/Llama-3.2-1B-Instruct", more="") + search)
    lines = path.read_text().splitlines()
    return [
        f"{each.code.id} {lines[each.place.source.position(each.place.span.start).line - 1].strip()}"
        for each in pipeline.load(path).diagnostics
        if each.is_error and each.place is not None
    ]


def plan_of(folder: Path, search: str) -> pipeline.Compiled:
    compiled(folder, "meta-llama/Llama-3.2-1B-Instruct")
    path = folder / "s.ft"
    path.write_text(path.read_text() + search)
    return pipeline.compile(path)


def test_every_trial_stands_in_the_plan_and_compiles(tmp_path: Path) -> None:
    found = plan_of(tmp_path, written(more="tuned.method = choice(lora(rank = 4), lora(rank = 8))"))
    assert found.plan.search is not None
    assert len(found.plan.search.trials) == 4
    for settings in found.plan.search.trials:
        plan = pipeline.compile(tmp_path / "s.ft", pipeline.Options(trial=settings), as_trial).plan
        rate = float(settings[0].partition("=")[2])
        [step] = [each for each in plan.steps if each.kind == "train"]
        assert step.learning_rate == rate
        assert plan.origins["train.tuned.learning_rate"].by == "search"
        assert [gate.rule for gate in plan.gates] == ["exact_match(replies.validation)"]
        assert plan.search is None


def test_the_winner_is_an_ordinary_plan(tmp_path: Path) -> None:
    found = plan_of(tmp_path, written())
    assert found.plan.search is not None
    settings = found.plan.search.trials[1]
    winner = pipeline.compile(tmp_path / "s.ft", pipeline.Options(trial=settings), decided).plan
    same = pipeline.compile(tmp_path / "s.ft", pipeline.Options(settings=settings), decided).plan
    assert winner.digest == same.digest
    assert '"search"' not in to_json(winner).replace('"by": "search"', "")


def test_time_counts_every_trial(tmp_path: Path) -> None:
    few, many = (plan_of(tmp_path, written(trials)).plan.resources for trials in (2, 8))
    assert many.time_seconds > 2.5 * few.time_seconds
    assert many.time_seconds == pytest.approx(sum(many.time_parts.values()), rel=0.01)


def test_another_search_may_let_another_model_win(tmp_path: Path) -> None:
    one, other = (plan_of(tmp_path, written(trials)).plan for trials in (2, 3))
    assert difference(one, other).effect.title == "retrain"


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        (written(trials=0), ["FT213 trials             = 0"]),
        (written(goal=""), ["FT206 search {"]),
        (
            written(goal="maximise = exact_match(replies.validation)"),
            ["FT201 maximise = exact_match(replies.validation)"],
        ),
        (written(goal="maximize = exact_match(replies.train)"), ["FT329 maximize = exact_match(replies.train)"]),
        (
            written(goal="maximize = exat_match(replies.validation)"),
            ["FT204 maximize = exat_match(replies.validation)"],
        ),
        (written(goal="maximize = 3"), ["FT210 maximize = 3"]),
        (written(rate="2e-4"), ["FT210 tuned.learning_rate = 2e-4"]),
        (written(rate="choice(1e-4)"), ["FT222 tuned.learning_rate = choice(1e-4)"]),
        (written(rate="range(1e-2, 1e-4)"), ["FT222 tuned.learning_rate = range(1e-2, 1e-4)"]),
        (written(rate="range(0, 1e-4, scale = log)"), ["FT222 tuned.learning_rate = range(0, 1e-4, scale = log)"]),
        (written(rate="range(1, 2, scale = cubic)"), ["FT215 tuned.learning_rate = range(1, 2, scale = cubic)"]),
        (written(rate='range(1e-4, "x")'), ['FT222 tuned.learning_rate = range(1e-4, "x")']),
        (written(more="tuned.length = range(1 epochs, 9 steps)"), ["FT222 tuned.length = range(1 epochs, 9 steps)"]),
        (written(more="tuned.batch_sze = choice(8, 16)"), ["FT201 tuned.batch_sze = choice(8, 16)"]),
        (written(more="tund.batch_size = choice(8, 16)"), ["FT223 tund.batch_size = choice(8, 16)"]),
        (written(more="tuned.batch_size = choice(8, 1.5)"), ["FT210 tuned.batch_size = choice(8, 1.5)"]),
        (
            written(more="minimize = loss(replies.validation)"),
            ["FT208 minimize = loss(replies.validation)"],
        ),
    ],
)
def test_mistakes_are_named_where_they_stand(search: str, expected: list[str], tmp_path: Path) -> None:
    assert checked(tmp_path, search) == expected


def searched(trials: int, *explored: Choice | Range, seed: int = 0) -> Search:
    return Search(trials=trials, seed=seed, explored=explored)


@given(trials=some.integers(1, 20), seed=some.integers(0, 5))
def test_every_part_of_a_range_is_tried_once(trials: int, seed: int) -> None:
    numbers = Range("a.x", low=Decimal(100), high=Decimal(999))
    values = sorted(float(trial[0].partition("=")[2]) for trial in trials_of(searched(trials, numbers, seed=seed)))
    parts = [(value - 100) / 899 * trials for value in values]
    assert len(parts) == trials
    assert all(part - 0.02 <= place <= part + 1.02 for part, place in enumerate(parts))


def test_choices_alone_are_combined_when_there_are_no_more() -> None:
    both = (Choice("a.x", ("1", "2")), Choice("a.y", ("3", "4", "5")))
    assert len(trials_of(searched(6, *both))) == len(trials_of(searched(60, *both))) == 6
    assert len(trials_of(searched(4, *both))) <= 4


def test_the_same_seed_gives_the_same_trials() -> None:
    rates = Range("a.x", low=Decimal(1), high=Decimal(2))
    assert trials_of(searched(5, rates)) == trials_of(searched(5, rates)) != trials_of(searched(5, rates, seed=1))


def test_whole_numbers_stay_whole_and_units_stay() -> None:
    found = trials_of(searched(9, Range("a.x", low=Decimal(1), high=Decimal(9), unit=" epochs", whole=True)))
    assert {each[0] for each in found} <= {f"a.x={n} epochs" for n in range(1, 10)}
