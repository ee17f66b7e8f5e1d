"""Real trainings follow the order that the spec names: what the model is given, step after step."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from ftspec.model.tokenizer import load_tokenizer
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.run.executor import execute
from ftspec.run.progress import Silent

SPEC = """ftspec 1

model base {
  source = path("base")
}

template ask {
  user      "row {{ number }}x"
  assistant "{{ answer }}"
}

data rows {
  source   = jsonl("rows.jsonl")
  template = ask
  order    = ORDER
}

train t {
  data       = rows
  length     = 2 epochs
  batch_size = 4
  packing    = PACKING
}

gates {
  report loss(rows)
}
"""
COUNT, BATCH = 24, 4


def steps_of(world: Path, order: str, packing: str, monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The numbers of the rows in each optimizer step, as the trainer hands them to the model."""
    from transformers import Trainer

    numbers = list(range(COUNT))
    random.Random(3).shuffle(numbers)
    rows = [{"number": n, "level": f"2026-01-{n + 1:02}", "answer": "red " * (n + 1)} for n in numbers]
    (world / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (world / "order.ft").write_text(SPEC.replace("ORDER", order).replace("PACKING", packing), "utf-8")
    plan = compile_spec(world / "order.ft", Options(device="cpu")).plan
    tokenizer, seen = load_tokenizer(world / "base"), {}
    step_of_trainer = Trainer.training_step

    def watched(self: Any, model: Any, inputs: Any, *more: Any, **options: Any) -> Any:
        texts = [tokenizer.decode(ids.tolist()) for ids in inputs["input_ids"]]
        found = [int(number) for text in texts for number in re.findall(r"row (\d+)x", text)]
        seen.setdefault(self.state.global_step, []).extend(found)
        return step_of_trainer(self, model, inputs, *more, **options)

    monkeypatch.setattr(Trainer, "training_step", watched)
    execute(plan, world, world / "runs" / plan.digest[:12], Silent(), until="train.t")
    return [seen[step] for step in sorted(seen)]


def batches(numbers: list[int]) -> list[set[int]]:
    """The rows of each step of two epochs in this order."""
    return [set(numbers[start : start + BATCH]) for start in range(0, COUNT, BATCH)] * 2


ORDERS = [
    ("ascending(level)", False),
    ("descending(level)", True),
    ("ascending(number)", False),
    ("descending()", True),
]
LATER = [(*order, packing) for packing in ("true", "false") for order in ORDERS][1:]


@pytest.mark.parametrize(
    ("order", "falls", "packing"),
    [(*ORDERS[0], "true"), *(pytest.param(*each, marks=pytest.mark.slow) for each in LATER)],
)
def test_rows_reach_the_model_in_the_order_of_the_spec(
    order: str, falls: bool, packing: str, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = steps_of(world, order, packing, monkeypatch)
    assert [set(step) for step in found] == batches(sorted(range(COUNT), reverse=falls))
    assert all(len(step) == BATCH for step in found)


@pytest.mark.slow
def test_without_an_order_each_epoch_has_its_own(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [set(step) for step in steps_of(world, "shuffled", "true", monkeypatch)]
    half = len(found) // 2
    assert set().union(*found[:half]) == set().union(*found[half:]) == set(range(COUNT))
    assert found[:half] != found[half:] and found != batches(list(range(COUNT)))


@pytest.mark.slow
def test_as_written_is_the_order_of_the_file(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = steps_of(world, "as_written", "true", monkeypatch)
    written = [json.loads(line)["number"] for line in (world / "rows.jsonl").read_text("utf-8").splitlines()]
    assert [set(step) for step in found] == batches(written)
