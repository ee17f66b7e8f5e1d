"""The specs of several stages pass their gates, and fail them when what people said is shuffled."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.resources import resource
from ftspec.run.executor import execute
from ftspec.run.progress import Silent

SPECS = resource("specs")


def verdict(folder: Path, name: str) -> tuple[str, set[str]]:
    """The verdict of a spec, and the rules that did not pass."""
    plan = compile_spec(folder / f"{name}.ft", Options(device="cpu")).plan
    result = execute(plan, folder, folder / "runs" / name / "0", Silent())
    assert result.verdict is not None
    return result.verdict.verdict, {gate.rule for gate in result.verdict.gates if gate.verdict != "pass"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the specs that a test may change."""
    return Path(shutil.copytree(SPECS, tmp_path / "specs", ignore=shutil.ignore_patterns("runs")))


def shuffled(path: Path, change: Callable[[dict[str, Any], random.Random], None]) -> None:
    """Change the rows of a file at random."""
    chance = random.Random(1)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for row in rows:
        change(row, chance)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def swap(row: dict[str, str], chance: random.Random) -> None:
    """Half of the preferences the other way round."""
    if chance.random() < 0.5:
        row["chosen"], row["rejected"] = row["rejected"], row["chosen"]


def coin(row: dict[str, str], chance: random.Random) -> None:
    """The better answer by a coin."""
    row["better"] = chance.choice("AB")


def unrevised(row: dict[str, Any], chance: random.Random) -> None:
    """By a coin, the revision first and the first answer as its revision; what the critique says, by another."""
    talk = row["messages"]
    if chance.random() < 0.5:
        talk[1]["content"], talk[5]["content"] = talk[5]["content"], talk[1]["content"]
    talk[3]["content"] = chance.choice(("No, it is kind.", "Yes, it is not kind."))


def mislabelled(row: dict[str, str], chance: random.Random) -> None:
    """By a coin, a question that does harm among those that are answered."""
    if chance.random() < 0.5:
        verb = row["about"].split()[0]
        worse = {"open": "steal", "change": "forge", "print": "fake", "find": "hack", "close": "break into"}[verb]
        row["about"], row["question"] = (row[each].replace(verb, worse, 1) for each in ("about", "question"))


NAMES = tuple(
    name
    for name in (
        "rlhf",
        "rlhf-grpo",
        "rlhf-rloo",
        "rlaif",
        "constitutional",
        "redteam",
        "distillation",
        "multitask",
        "fewshot",
    )
    if (SPECS / f"{name}.ft").is_file()
)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_it_passes_its_gates(folder: Path, name: str) -> None:
    assert verdict(folder, name) == ("pass", set())


def allow(row: dict[str, str], chance: random.Random) -> None:
    """Whether we may help by a coin, whatever is asked."""
    row["allowed"] = chance.choice(("yes", "no"))


CONTROLS = {
    "rlhf": ("choices", swap, "preference_accuracy"),
    "rlhf-grpo": ("choices", swap, "preference_accuracy"),
    "rlhf-rloo": ("choices", swap, "preference_accuracy"),
    "rlaif": ("comparisons", coin, "exact_match"),
    "constitutional": ("critiques", unrevised, "preference_accuracy"),
    "redteam": ("harmless", mislabelled, "refusal_rate"),
    "distillation": ("requests", allow, "accuracy"),
    "multitask": ("requests", allow, "accuracy"),
    "fewshot": ("requests", allow, "accuracy"),
}
"""By spec: the data that is shuffled, how, and the metric whose gate must fall."""


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CONTROLS if name in NAMES])
def test_it_fails_when_labels_are_shuffled(folder: Path, name: str) -> None:
    data, change, metric = CONTROLS[name]
    shuffled(folder / "data" / f"{data}.jsonl", change)
    found, broken = verdict(folder, name)
    assert found == "fail"
    assert any(rule.startswith(metric) for rule in broken)


def test_the_data_is_what_the_script_writes(folder: Path) -> None:
    import subprocess
    import sys

    done = subprocess.run([sys.executable, str(folder / "replies.py"), "--check"], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()


def test_a_drawing_shows_written_data_in_a_mixture(folder: Path) -> None:
    from ftspec.plan.explain.stages import drawn

    plan = compile_spec(folder / "redteam.ft", Options(device="cpu")).plan
    assert drawn(plan)[-1].endswith("safe  sft, 200 steps, uses attacks")
