"""Every method learns: a tiny model trained with it answers better than before, and its result can be reloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftspec.kinds.methods import Method
from ftspec.kinds.registry import make
from tests.run.plans import call, events, loss_of, ran, train_step, whole, write_world

METHODS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "lora": (call("lora", rank=4), {}),
    "lora rslora": (call("lora", rank=4, variant="rslora"), {}),
    "lora dora": (call("lora", rank=4, variant="dora"), {}),
    "lora pissa": (call("lora", rank=4, init="pissa"), {}),
    "lora olora": (call("lora", rank=4, init="olora"), {}),
    "lora eva": (call("lora", rank=4, init="eva"), {}),
    "lora orthogonal": (call("lora", rank=4, init="orthogonal"), {}),
    "lora plus": (call("lora", rank=4, loraplus_lr_ratio=8.0), {"learning_rate": 3e-3}),
    "lora patterns": (call("lora", rank=4, patterns=[call("at", module="0.mlp.up_proj", rank=2, alpha=None)]), {}),
    "lora modules_to_save": (call("lora", rank=2, modules_to_save=["norm"]), {}),
    "qlora": (call("qlora", rank=4), {"quantization": call("nf4")}),
    "qlora loftq": (call("qlora", rank=4, init="loftq"), {"quantization": call("nf4")}),
    "qlora fp4": (call("qlora", rank=4, quant_type="fp4"), {"quantization": call("fp4")}),
    "lora int8": (call("lora", rank=4), {"quantization": call("int8")}),
    "longlora": (call("longlora", rank=4, group=8), {}),
    "adalora": (call("adalora", rank=2, init_rank=4), {}),
    "loha": (call("loha", rank=4), {}),
    "lokr": (call("lokr", rank=4), {}),
    "vera": (call("vera", rank=32), {"learning_rate": 5e-2}),
    "oft": (call("oft", block_size=16), {}),
    "boft": (call("boft"), {}),
    "ia3": (call("ia3"), {"learning_rate": 5e-2}),
    "ln_tuning": (call("ln_tuning"), {"learning_rate": 5e-2}),
    "bitfit": (call("bitfit"), {"learning_rate": 5e-2}),
    "full": (call("full"), {"learning_rate": 3e-3}),
    "freeze": (call("freeze", train=call("last", layers=1)), {"learning_rate": 3e-3}),
    "head": (call("head"), {}),
    "adapter": (call("adapter", bottleneck=8), {}),
    "adapter pfeiffer": (call("adapter", bottleneck=8, placement="pfeiffer"), {}),
    "prefix_tuning": (call("prefix_tuning", tokens=4), {"learning_rate": 0.1}),
    "prefix_tuning projected": (call("prefix_tuning", tokens=4, projection=16), {"learning_rate": 1e-2}),
    "prompt_tuning": (call("prompt_tuning", tokens=4), {"learning_rate": 0.3}),
    "prompt_tuning text": (call("prompt_tuning", tokens=4, init="red green blue"), {"learning_rate": 0.3}),
    "multitask_prompt_tuning": (
        call("multitask_prompt_tuning", tokens=4, tasks=["red", "green", "blue"], rank=2),
        {"learning_rate": 0.3},
    ),
    "p_tuning": (call("p_tuning", tokens=4, encoder=16), {"learning_rate": 3e-2}),
}
"""The methods, and what differs from the tests' usual step."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with biases, wide enough to be quantized; all runs share it.

    Its frozen head is ten times what random models usually begin with: words could not be told apart by it otherwise.
    """
    root = tmp_path_factory.mktemp("methods") / "spec"
    write_world(root, hidden_size=64, intermediate_size=64, attention_bias=True, mlp_bias=True, initializer_range=0.1)
    return root


def _built(name: str) -> tuple[Method, dict[str, Any], dict[str, Any]]:
    """The method, what the step has of its own, and what the model has."""
    record, changes = METHODS[name]
    method = make("methods", record)
    assert isinstance(method, Method)
    model = {key: changes[key] for key in changes if key == "quantization"}
    step = {"learning_rate": 2e-2} | {key: value for key, value in changes.items() if key not in model}
    return method, step | {"packing": method.packs, "validation": None}, model


def _values(world: Path, name: str, form: str, subjects: tuple[str, ...], run: str, **steps: Any) -> dict[str, float]:
    method, changes, model = _built(name)
    step = train_step(world, method, **(changes | steps))
    plan = whole(world, step, form=form, measured=[loss_of(each) for each in subjects], **model)
    found = events(ran(plan, world, run), "measured")
    return {line["id"].partition("@")[2] or "export": line["value"] for line in found}


@pytest.mark.parametrize("name", METHODS)
def test_it_trains_as_planned_and_is_reloaded(world: Path, name: str) -> None:
    """The executor holds the count of parameters against the plan; what was exported scores as what was trained."""
    method = _built(name)[0]
    form = "adapter" if method.has_adapter else "full"
    value = _values(world, name, form, ("export", "train.colourist"), f"{name} short", optimizer_steps=3, epochs=1.0)
    assert value["export"] == pytest.approx(value["train.colourist"], abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name", METHODS)
def test_it_learns(world: Path, name: str) -> None:
    """The loss on unseen rows falls by a tenth at least."""
    method = _built(name)[0]
    form = "adapter" if method.has_adapter else "full"
    value = _values(world, name, form, ("export", "model.base"), name, optimizer_steps=18, epochs=6.0)
    assert value["export"] < 0.9 * value["model.base"]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, (_, changes) in METHODS.items() if "quantization" not in changes])
def test_merged_it_scores_the_same(world: Path, name: str) -> None:
    """Where the method can be merged, the whole weights score as the adapter on its base."""
    method = _built(name)[0]
    if not (method.has_adapter and method.mergeable):
        pytest.skip("cannot be merged")
    subjects = ("export", "train.colourist")
    value = _values(world, name, "merged", subjects, f"{name} merged", optimizer_steps=18, epochs=6.0)
    assert value["export"] == pytest.approx(value["train.colourist"], abs=1e-3)
