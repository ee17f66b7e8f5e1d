"""Merged weights that ship answer as the adapter does; a wrong merge fails the run, whatever the gates say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftspec.evaluate.results import Agreement
from ftspec.plan.canonical import sealed
from ftspec.plan.plan import Plan
from ftspec.plan.steps import Export, PlannedUse
from ftspec.run.checking import problems
from tests.run.plans import call, loss_of, ran, train_step, whole


def merging(root: Path, **changes: Any) -> Plan:
    step = train_step(root, optimizer_steps=12, epochs=4.0)
    plan = whole(root, step, form="merged", measured=[loss_of("export")])
    use = PlannedUse(data="data.colours", split="validation")
    more = {"compared_on": use, "tolerance": 0.02, **changes}
    steps = tuple(s.model_copy(update=more) if isinstance(s, Export) else s for s in plan.steps)
    return sealed(plan.model_copy(update={"steps": steps}))


def verdict(run: Path) -> Any:
    return json.loads((run / "verdict.json").read_text())


def test_merged_weights_agree_with_their_adapter(world: Path) -> None:
    run = ran(merging(world), world)
    told = verdict(run)
    found = Agreement.model_validate(told["artefact"]["agreement"])
    assert (told["verdict"], found.same) == ("pass", found.tokens)
    assert found.tokens > 5 and found.distance < 1e-4
    assert problems(run, world) == []


@pytest.mark.parametrize("scale", [0.0, -1.0, 3.0], ids=["not merged", "merged the wrong way", "merged too much"])
def test_a_wrong_merge_fails_the_run(world: Path, monkeypatch: pytest.MonkeyPatch, scale: float) -> None:
    """The adapter's part of every weight is scaled, as a merge that got it wrong would."""
    from peft.tuners.lora.layer import Linear

    right = Linear.get_delta_weight
    monkeypatch.setattr(Linear, "get_delta_weight", lambda self, adapter: scale * right(self, adapter))
    run = ran(merging(world), world)
    told = verdict(run)
    assert told["verdict"] == "fail"
    assert not Agreement.model_validate(told["artefact"]["agreement"]).holds
    assert problems(run, world) == [], "the evidence of a failed run stands too"
    told["verdict"] = "pass"
    (run / "verdict.json").write_text(json.dumps(told, sort_keys=True, indent=2, ensure_ascii=False) + "\n")
    assert any("`verdict`" in problem for problem in problems(run, world))


@pytest.mark.parametrize(
    ("agreement", "holds"),
    [
        (Agreement(tokens=100, same=98, distance=0.1, tolerance=0.02), True),
        (Agreement(tokens=100, same=97, distance=0.0, tolerance=0.02), False),
        (Agreement(tokens=100, same=100, distance=0.11, tolerance=0.02), False),
        (Agreement(tokens=0, same=0, distance=0.0, tolerance=0.02), False),
    ],
)
def test_agreement_asks_for_both_tokens_and_likelihoods(agreement: Agreement, holds: bool) -> None:
    assert agreement.holds is holds


@pytest.mark.slow
@pytest.mark.parametrize("quantization", [call("nf4", double=True), call("int8")], ids=["nf4", "int8"])
def test_quantized_weights_ship_and_are_scored_as_they_lie(wide_world: Path, quantization: dict[str, Any]) -> None:
    from transformers import AutoModelForCausalLM

    run = ran(merging(wide_world, quantization=quantization, tolerance=0.5), wide_world)
    config = json.loads((run / "model" / "config.json").read_text())
    assert config["quantization_config"]["quant_method"] == "bitsandbytes"
    assert verdict(run)["artefact"]["agreement"]["distance"] > 1e-4, "fewer bits, other numbers"
    assert AutoModelForCausalLM.from_pretrained(run / "model") is not None
