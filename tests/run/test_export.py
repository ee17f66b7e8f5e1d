"""What ships: reloaded from disk it scores as what was trained, and it names no path of this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ftspec.kinds.methods.freeze import Freeze
from ftspec.kinds.methods.full import Full
from ftspec.kinds.methods.head import Head
from ftspec.kinds.methods.lora import Lora
from ftspec.kinds.selections.last import Last
from ftspec.plan.plan import Plan
from ftspec.run import artefact
from tests.run.plans import call, events, loss_of, ran, train_step, whole

SUBJECTS = ("export", "model.base", "train.colourist")


def _measured(world: Path, plan: Plan, name: str = "run") -> dict[str, float]:
    run = ran(plan, world, name)
    return {line["id"].partition("@")[2] or "export": line["value"] for line in events(run, "measured")}


@pytest.mark.parametrize(
    ("method", "form"),
    [
        (Lora(rank=4), "adapter"),
        (Lora(rank=4), "merged"),
        (Lora(rank=4, variant="dora"), "merged"),
        (Full(), "full"),
        (Freeze(train=Last(layers=1)), "full"),
        (Head(), "full"),
    ],
    ids=["adapter", "merged", "dora merged", "full", "freeze", "head"],
)
def test_the_artefact_scores_as_the_stage(world: Path, method: Any, form: str) -> None:
    """Learned, kept and reloaded: better than the base, and the same as the stage it came from."""
    step = train_step(world, method, optimizer_steps=9, epochs=3.0)
    plan = whole(world, step, form=form, measured=[loss_of(each) for each in SUBJECTS])
    value = _measured(world, plan)
    assert value["export"] < value["model.base"]
    assert value["export"] == pytest.approx(value["train.colourist"], abs=1e-4)


def test_it_loads_with_the_libraries_alone(world: Path) -> None:
    """transformers and PEFT read the folder by themselves, tokenizer and chat template included."""
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    run = ran(whole(world, train_step(world)), world)
    tokenizer = AutoTokenizer.from_pretrained(run / "model")
    assert tokenizer.chat_template and tokenizer.eos_token == "<end>"
    base = AutoModelForCausalLM.from_pretrained(world / "base")
    PeftModel.from_pretrained(base, str(run / "model"))

    merged = ran(whole(world, train_step(world), form="merged"), world, "merged")
    assert not (merged / "model" / "adapter_config.json").exists()
    assert AutoModelForCausalLM.from_pretrained(merged / "model").generation_config.eos_token_id == 3


def test_no_path_of_this_machine_ships(world: Path) -> None:
    """The base is named as the spec names it, in every file, also in the stage that is kept."""
    run = ran(whole(world, train_step(world)), world)
    config = json.loads((run / "model" / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "base"
    assert config["target_modules"] == sorted(config["target_modules"])
    for path in run.parent.rglob("*.json"):
        if "checkpoints" not in path.parts:
            assert str(world) not in path.read_text("utf-8"), path


def test_the_same_plan_ships_the_same_bytes(world: Path) -> None:
    """Two runs from nothing, one digest; a changed file is noticed."""
    plan = whole(world, train_step(world))
    first = ran(plan, world, "../a/run")
    second = ran(plan, world, "../b/run")
    assert artefact.digest(first / "model") == artefact.digest(second / "model")
    verdict = json.loads((first / "verdict.json").read_text())
    expected = {"path": "model", "sha256": artefact.digest(first / "model"), "form": "adapter", "agreement": None}
    assert verdict["artefact"] == expected
    (first / "model" / "README.md").write_text("a card")
    assert artefact.digest(first / "model") == artefact.digest(second / "model")
    (first / "model" / "tokenizer_config.json").write_text("{}")
    assert artefact.digest(first / "model") != artefact.digest(second / "model")


def test_a_damaged_artefact_is_written_again(world: Path) -> None:
    """What does not have the bytes it was written with is not taken for kept."""
    plan = whole(world, train_step(world))
    run = ran(plan, world)
    intact = artefact.digest(run / "model")
    (run / "model" / "adapter_model.safetensors").write_bytes(b"")
    ran(plan, world)
    assert artefact.digest(run / "model") == intact


@pytest.mark.parametrize("name", ["nf4", "int8"])
def test_a_quantized_base_trains_and_merges_into_whole_weights(wide_world: Path, name: str) -> None:
    """The adapter is trained on the quantized model and merged into the unquantized one."""
    world, quantization = wide_world, call(name)
    step = train_step(world, optimizer_steps=9, epochs=3.0)
    plan = whole(world, step, form="merged", measured=[loss_of(each) for each in SUBJECTS], quantization=quantization)
    value = _measured(world, plan)
    assert value["train.colourist"] < value["model.base"]
    assert value["export"] == pytest.approx(value["train.colourist"], abs=0.05)
    config = json.loads((world / "runs" / "run" / "model" / "config.json").read_text())
    assert "quantization_config" not in config


def test_a_chat_template_of_the_plan_ships(world: Path) -> None:
    """The tokenizer beside the weights renders as the plan says, not as the base did."""
    template = "{{ bos_token }}{% for m in messages %}<start>{{ m.content }}<end>{% endfor %}"
    template += "{% if add_generation_prompt %}<start>{% endif %}"
    run = ran(whole(world, train_step(world), chat_template=template), world)
    assert (run / "model" / "chat_template.jinja").read_text() == template
