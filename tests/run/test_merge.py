"""Merged weights that ship answer as the adapter does; a wrong merge fails the run, whatever the gates say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftspec.evaluate.results import Agreement
from ftspec.kinds.methods import Method
from ftspec.kinds.methods.ia3 import Ia3
from ftspec.kinds.methods.lora import Lora
from ftspec.kinds.methods.oft import Oft
from ftspec.kinds.objectives.classify import Classify
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


@pytest.mark.parametrize("method", [Oft(block_size=4), Ia3(), Lora(rank=2)], ids=lambda each: each.keyword())
def test_heads_of_several_modules_are_folded_too(method: Method) -> None:
    """RoBERTa's head, trained whole beside an adapter, is in its place afterwards, and the model says the same."""
    import torch
    from transformers import RobertaConfig, RobertaForMaskedLM, RobertaForSequenceClassification

    from ftspec.run.weights import folded
    from tests.kinds.models import facts_of

    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48}
    config = RobertaConfig(vocab_size=64, num_labels=3, max_position_embeddings=32, **sizes)
    planned = Classify(labels=("a", "b", "c")).adaptation(method, facts_of(RobertaForMaskedLM(config)))
    model = method.apply(RobertaForSequenceClassification(config), planned).eval()
    for parameter in model.parameters():
        if parameter.requires_grad:
            torch.nn.init.normal_(parameter, std=0.1)
    ids = torch.arange(8)[None] + 4
    with torch.no_grad():
        before, after = model(input_ids=ids).logits, folded(model)(input_ids=ids).logits
    torch.testing.assert_close(before, after, atol=1e-4, rtol=1e-4)
