"""Probes' readings in place of what would be reckoned."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftspec.plan.facts import Facts, Probe
from ftspec.plan.resources import estimate
from ftspec.plan.resources.probed import measured_parts, probe_key
from ftspec.plan.resources.readings import keep_readings, read_readings, readings_of
from tests.plan.plans import CPU, GIB, call, decide, export, model, tickets, tokens
from tests.plan.test_resources import facts_of, stage


def test_parts_sum_to_what_was_measured() -> None:
    parts = {"weights": 100, "activations": 50, "logits": 20, "runtime": 30}
    assert sum(measured_parts(parts, 260).values()) == 260 and measured_parts(parts, 260)["activations"] == 110
    less = measured_parts(parts, 120)
    assert sum(less.values()) == 120 and less["weights"] == 100 and min(less.values()) >= 0


def test_the_key_covers_what_matters_and_nothing_else() -> None:
    step = stage(facts_of("openai-community/gpt2"), "lora 8", precision="fp32")
    key = probe_key(step, model(), CPU)
    same = {"learning_rate": 0.1, "optimizer_steps": 7, "seed": 3, "checkpoint_every": 2, "validation": None}
    assert probe_key(step.model_copy(update=same), model(), CPU) == key
    for other in ({"micro_batch_size": 4}, {"max_length": 99}, {"precision": "bf16"}, {"optimizer": call("lion")}):
        assert probe_key(step.model_copy(update=other), model(), CPU) != key
    assert probe_key(step, model(), CPU.model_copy(update={"title": "cpu, 4 cores"})) != key
    assert probe_key(step, model(quantization=call("nf4", double=True)), CPU) != key


def test_a_reading_replaces_the_estimate() -> None:
    facts = facts_of("openai-community/gpt2")
    step = stage(facts, "lora 8", precision="fp32", tokens=tokens(), optimizer_steps=100)
    key = probe_key(step, model(), CPU)
    steps = (model(), tickets(), step, export(), decide())
    probe = Probe(device=CPU.title, peak_bytes=5 * GIB, step_seconds=2.0)
    plain = estimate(steps, Facts(CPU, {"base": facts}), CPU)
    found = estimate(steps, Facts(CPU, {"base": facts}, probes={key: probe}), CPU)
    assert plain.memory.source == "reckoned" and found.memory.source == "probed"
    assert found.memory.total_bytes == 5 * GIB == sum(found.memory.parts.values())
    assert found.time_parts["train.router"] <= 200 and found.time_source.startswith("from probed")
    assert found.reckoned_seconds == plain.reckoned_seconds


def test_readings_are_kept_beside_the_spec(tmp_path: Path) -> None:
    path = readings_of(tmp_path, "router")
    one, two = (Probe(device="cpu", peak_bytes=size, step_seconds=0.5) for size in (1, 2))
    keep_readings(path, {"a": one})
    keep_readings(path, {"b": two})
    assert path.name == "router.ft.probes" and read_readings(path) == {"a": one, "b": two}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "readings": {"a": {"device": 1}}}'])
def test_a_file_that_says_nothing_is_no_reading(tmp_path: Path, text: str) -> None:
    path = tmp_path / "router.ft.probes"
    path.write_text(text)
    assert read_readings(path) == {}
    assert read_readings(tmp_path / "none") == {}
