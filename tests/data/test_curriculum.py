"""Orders by what rows say: the rows of the plan, the steps of the training, and rows that have no place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.data import prepare
from ftspec.data.surveying import data_sets
from ftspec.kinds.objectives._order import Order
from ftspec.pipeline import compile
from ftspec.plan.explain.train import train_lines
from ftspec.plan.steps import PrepareData, Train
from tests.data.specs import codes, spec_of, surveyed, write_rows

SPEC = """
data sums {
  source = jsonl("sums.jsonl")
  order  = ORDER
}

train adder {
  model  = base
  data   = sums.train
  length = 1 epochs
}
"""


def written(tmp_path: Path, order: str, level: object = None) -> str:
    rows = [
        {"prompt": f"What is {n + 100}?", "completion": "x " * (n % 7), "level": (n * 37) % 100} for n in range(100)
    ]
    write_rows(tmp_path / "sums.jsonl", rows if level is None else [*rows, {**rows[0], "prompt": "?", "level": level}])
    return SPEC.replace("ORDER", order)


@pytest.mark.parametrize(("order", "falls"), [("ascending(level)", False), ("descending(level)", True)])
def test_training_rows_are_ordered_by_a_field(order: str, falls: bool, tmp_path: Path) -> None:
    spec = spec_of(tmp_path, written(tmp_path, order))
    rows = data_sets(spec)["sums"].prepared.rows("train")
    levels = [row.fields["level"] for row in rows]
    assert levels == sorted(levels, reverse=falls) and len(set(levels)) > 50


def test_without_a_field_rows_are_ordered_by_tokens(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, written(tmp_path, "ascending()"))
    said = [len(row.answer) for row in data_sets(spec)["sums"].prepared.rows("train")]
    assert said == sorted(said) and len(set(said)) == 7


def test_the_plan_says_it_and_makes_the_same_rows(tmp_path: Path) -> None:
    spec_of(tmp_path, written(tmp_path, "ascending(level)"))
    plan = compile(tmp_path / "spec.ft").plan
    [step], [train] = plan.of(PrepareData), plan.of(Train)
    assert step.order == {"name": "ascending", "arguments": {"field": "level"}} and not train.shuffled
    assert "ascending by level" in str(train_lines(train, plan))
    levels = [row.fields["level"] for row in prepare(step, tmp_path).rows("train")]
    assert levels == sorted(levels)
    again = type(plan).model_validate_json(plan.model_dump_json(by_alias=True))
    assert again == plan


def test_shuffled_data_leaves_no_trace_in_the_plan(tmp_path: Path) -> None:
    spec_of(tmp_path, written(tmp_path, "shuffled"))
    plan = compile(tmp_path / "spec.ft").plan
    [step], [train] = plan.of(PrepareData), plan.of(Train)
    assert "order" not in step.model_dump() and "shuffled" not in train.model_dump() and train.shuffled


@pytest.mark.parametrize("level", ["hard", True, [1]])
def test_a_row_without_a_place_is_named(level: object, tmp_path: Path) -> None:
    [problem] = surveyed(tmp_path, written(tmp_path, "ascending(level)", level))[2]
    assert problem.code.id == "FT335" and "row 101" in problem.message and "no number in `level`" in problem.message


def test_steps_take_rows_as_they_stand() -> None:
    order = Order([3] * 10, 4, 2, 0, level=False, shuffled=False)
    assert order.steps(0) == order.steps(5) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_an_unknown_field_is_no_order(tmp_path: Path) -> None:
    problems = surveyed(tmp_path, written(tmp_path, "ascending(nothing)"))[2]
    assert codes(problems) == ["FT335"]
