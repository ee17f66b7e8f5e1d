"""PPO on a tiny random model: the reward rises, a stopped training goes on with the same numbers, full and LoRA."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from ftspec.errors import Stopped
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.run.executor import execute
from ftspec.run.progress import Silent
from tests.run.interrupted import Interrupting
from tests.run.plans import write_world

SPEC = """ftspec 1

model base {
  source = path("base")
}

data colours {
  source = jsonl("data/colours.jsonl")
}

train policy {
  data          = colours.train
  objective     = ppo(reward = matches(pattern = "REWARDED"), max_new_tokens = 6, epochs = 2)
  method        = METHOD
  length        = STEPS steps
  learning_rate = RATE
  batch_size    = 16
}

gates {
  report matches(colours.test, pattern = "REWARDED")
}
"""


def logged(
    world: Path,
    method: str = "lora(rank = 8)",
    rate: str = "1e-2",
    steps: int = 4,
    rewarded: str = "e",
    run: str = "run",
    progress: Silent | None = None,
) -> list[dict[str, Any]]:
    """What the record says of each step of a run."""
    spec = world / "ppo.ft"
    text = (
        SPEC.replace("REWARDED", rewarded).replace("METHOD", method).replace("STEPS", str(steps)).replace("RATE", rate)
    )
    spec.write_text(text, "utf-8")
    folder = world / run / "0"
    execute(compile_spec(spec, Options(device="cpu")).plan, world, folder, progress or Silent())
    events = [json.loads(line) for line in (folder / "record.jsonl").read_text("utf-8").splitlines()]
    return [event for event in events if event["event"] == "log"]


@pytest.mark.slow
@pytest.mark.parametrize(("method", "rate", "spread"), [("full()", "1e-2", 0.02), ("lora(rank = 8)", "1e-2", 0.2)])
def test_reward_rises_and_strays_from_the_reference(tmp_path: Path, method: str, rate: str, spread: float) -> None:
    """An adapter alone moves nothing where the head is nearly flat: its model starts with larger weights."""
    write_world(tmp_path, initializer_range=spread)
    steps = logged(tmp_path, method, rate, steps=40)
    rewards = [each["reward"] for each in steps]
    assert sum(rewards[-8:]) / 8 > sum(rewards[:8]) / 8 + 0.1
    assert steps[0]["kl"] == pytest.approx(0, abs=1e-4)
    assert steps[-1]["kl"] > 0.1


@pytest.mark.slow
def test_goes_on_in_the_middle_of_a_rollout_with_the_same_numbers(world: Path) -> None:
    """Step 3 is the first of two on the answers of its rollout: the checkpoint must hold them."""
    whole = logged(world, steps=6)
    with pytest.raises(Stopped):
        logged(world, steps=6, run="again", progress=Interrupting(signal.SIGTERM, 3))
    parts = logged(world, steps=6, run="again")
    assert [(each["loss"], each["reward"]) for each in parts] == [(each["loss"], each["reward"]) for each in whole]
