"""GRPO, RLOO and distillation on tiny random models: what they are to raise rises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftspec.errors import Rejected
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.run.executor import execute
from ftspec.run.progress import Silent
from tests.run.plans import write_model

SPEC = """ftspec 1

model base {
  source = path("base")
}
MODELS
data colours {
  source = jsonl("data/colours.jsonl")
}
STAGES
train policy {
  model         = base
  data          = colours.train
  objective     = OBJECTIVE
  method        = full()
  length        = STEPS steps
  learning_rate = 1e-2
  batch_size    = 16
}

gates {
  report exact_match(colours.test)
}
"""


def logged(world: Path, objective: str, steps: int = 30, models: str = "", stages: str = "") -> list[dict[str, Any]]:
    """What the record says of each step of the last stage."""
    text = SPEC.replace("OBJECTIVE", objective).replace("STEPS", str(steps))
    (world / "online.ft").write_text(text.replace("MODELS", models).replace("STAGES", stages), "utf-8")
    folder = world / "run" / "0"
    execute(compile_spec(world / "online.ft", Options(device="cpu")).plan, world, folder, Silent())
    events = [json.loads(line) for line in (folder / "record.jsonl").read_text("utf-8").splitlines()]
    return [event for event in events if event["event"] == "log" and event["id"] == "train.policy"]


def mean(values: list[float]) -> float:
    """The mean."""
    return sum(values) / len(values)


@pytest.mark.slow
@pytest.mark.parametrize(
    "objective",
    [
        'grpo(rewards = [matches(pattern = "e")], generations = 4, max_new_tokens = 6)',
        'grpo(rewards = [matches(pattern = "e")], generations = 4, max_new_tokens = 6, kl = 0.01)',
        'rloo(rewards = [matches(pattern = "e"), matches(pattern = "r")], weights = [1, 0.5], max_new_tokens = 6)',
    ],
)
def test_reward_rises(world: Path, objective: str) -> None:
    rewards = [each["reward"] for each in logged(world, objective)]
    assert mean(rewards[-6:]) > mean(rewards[:6]) + 0.15


@pytest.mark.slow
@pytest.mark.parametrize(
    "how",
    ["", ", divergence = reverse, on_policy = 100%, max_new_tokens = 6", ", divergence = generalized, on_policy = 50%"],
)
def test_student_comes_to_agree_with_its_teacher(world: Path, how: str) -> None:
    """The teacher is the same model after training on the answers; the loss is how far the student is from it."""
    teacher = """
train teacher {
  model         = base
  data          = colours.train
  method        = full()
  length        = 20 steps
  learning_rate = 1e-2
}
"""
    losses = [each["loss"] for each in logged(world, f"distill(teacher = teacher{how})", stages=teacher)]
    assert mean(losses[-5:]) < 0.5 * mean(losses[:3])


def test_a_teacher_with_another_tokenizer_is_refused(world: Path) -> None:
    write_model(world / "other")
    tokenizer = world / "other" / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text("utf-8") + "\n", "utf-8")
    other = '\nmodel other {\n  source = path("other")\n}\n'
    with pytest.raises(Rejected) as refused:
        logged(world, "distill(teacher = other)", models=other)
    assert [each.code.id for each in refused.value.diagnostics if each.is_error] == ["FT325"]


def test_groups_must_fill_the_batch(world: Path) -> None:
    with pytest.raises(Rejected) as refused:
        logged(world, 'grpo(rewards = [matches(pattern = "e")], generations = 5)')
    assert [each.code.id for each in refused.value.diagnostics if each.is_error] == ["FT326"]


@pytest.mark.parametrize(
    "objective", ["ppo(reward = exact_match())", "rloo(rewards = [exact_match()], generations = 2)"]
)
def test_held_out_rows_cannot_watch_what_answers_itself(world: Path, objective: str) -> None:
    """There is no loss on rows whose own answers are not learned."""
    with pytest.raises(Rejected) as refused:
        logged(world, f"{objective}\n  validation = colours.test")
    [error] = [each for each in refused.value.diagnostics if each.is_error and each.code.id == "FT311"]
    assert "has no loss on held-out rows" in error.message
