"""Stages that learn from rewards show what their answers were worth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftspec.report import write_report
from ftspec.run.stages import CURVE, Stages
from tests.report.fixture_run import build
from tests.report.pages import Page


def shown(folder: Path, spread: float) -> str:
    """The page of a run whose stage was rewarded, with this spread among the answers to one prompt."""
    run = build(folder).path
    record = run / "record.jsonl"
    lines = [json.loads(line) for line in record.read_text("utf-8").splitlines()]
    told = [
        line | {"reward": line["step"] / 44 - 0.5, "reward_std": spread, "kl": 0.1} if line["event"] == "log" else line
        for line in lines
    ]
    record.write_text("".join(json.dumps(line) + "\n" for line in told), "utf-8")
    return write_report(run).read_text("utf-8")


def test_rewards_and_divergence_are_drawn(tmp_path: Path) -> None:
    html = shown(tmp_path, 0.5)
    assert "Reward of train.router" in html and "KL of train.router" in html
    assert "Answers of train.router" not in html, "the objective does not tell their length"
    text = Page(html).text
    assert "0.943 at the end" in text and "\u22120.42 at first" in text
    assert "The policy's loss" in text and "Mean loss in nats" not in text
    assert "always worth the same" not in text


def test_rewards_that_told_nothing_apart_are_named(tmp_path: Path) -> None:
    assert "The answers to a prompt were always worth the same" in shown(tmp_path, 0.0)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([{"loss": 1.0}], {}),
        ([{"reward": 0.0, "reward_std": 0.0}] * 3, {"reward": 0.0, "untaught": True}),
        ([{"reward": 0.0, "reward_std": 0.0}, {"reward": 0.5, "reward_std": 0.1}], {"reward": 0.5, "untaught": False}),
        ([{"reward": n, "kl": 0.1} for n in range(40)], {"reward": 37.5, "untaught": False}),
    ],
)
def test_a_stage_keeps_what_it_was_rewarded(
    told: list[dict[str, float]], expected: dict[str, object], tmp_path: Path
) -> None:
    (tmp_path / CURVE).write_text("".join(json.dumps({"event": "log", **each}) + "\n" for each in told), "utf-8")
    assert Stages.rewards(tmp_path) == expected
