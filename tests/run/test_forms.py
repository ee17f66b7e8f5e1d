"""An adapter and the whole weights made from it, both shipped: each is reloaded and held against every rule."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ftspec.compile.lower.forms import measured_as
from ftspec.plan.canonical import sealed
from ftspec.plan.plan import Gate, Plan
from ftspec.plan.steps import MERGED, Decide, Evaluate, Export, PlannedUse
from ftspec.run.checking import problems, rescored_problems
from ftspec.run.progress import Silent
from tests.run.gates import ID, called, gate
from tests.run.plans import loss_of, ran, train_step, whole


def both(root: Path, *gates: Gate, **changes: Any) -> Plan:
    """A plan that ships an adapter and merged weights."""
    plan = whole(root, train_step(root), measured=[loss_of("export"), loss_of("model.base")])
    export, [evaluate] = plan.ships, plan.of(Evaluate)
    use = PlannedUse(data="data.colours", split="validation")
    more = {"id": "export.merged", "form": "merged", "inside": MERGED, "compared_on": use, "tolerance": 0.02}
    further = export.model_copy(update={**more, "needs": (*export.needs, "export", "data.colours"), **changes})
    again, held = measured_as(evaluate, gates or (gate(ID, "<=", 9),), [further])
    before = [step for step in plan.steps if not isinstance(step, Evaluate | Decide)]
    steps = (*before, further, again, *plan.of(Decide))
    return sealed(plan.model_copy(update={"steps": steps, "gates": held}))


@pytest.fixture(scope="module")
def finished(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(shutil.copytree(original, tmp_path_factory.mktemp("forms") / "spec"))
    ran(both(root, gate(ID, "<=", 9)), root)
    return root


@pytest.fixture
def root(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "spec"))


@pytest.fixture
def run(root: Path) -> Path:
    return root / "runs" / "run"


def verdict(run: Path) -> Any:
    return json.loads((run / "verdict.json").read_text())


def test_each_form_is_scored_and_bound_by_its_own_hash(run: Path, root: Path) -> None:
    told = verdict(run)
    assert [(gate["rule"], gate.get("form"), gate["verdict"]) for gate in told["gates"]] == [
        (f"{ID} <= 9", None, "pass"),
        (f"{ID} <= 9 @ merged", "merged", "pass"),
    ]
    one, two = (gate["value"] for gate in told["gates"])
    assert one == pytest.approx(two, abs=1e-4) and one != two, "two models, each with its own rounding"
    [other] = told["also"]
    assert (told["artefact"]["form"], other["form"], other["path"]) == ("adapter", "merged", "model/merged")
    assert other["agreement"]["same"] == other["agreement"]["tokens"] > 5
    assert told["artefact"]["sha256"] != other["sha256"]
    assert problems(run, root) == []
    assert rescored_problems(run, root, Silent()) == []


def test_both_load_from_disk(run: Path, root: Path) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer

    whole_weights = AutoModelForCausalLM.from_pretrained(run / "model" / "merged")
    assert AutoTokenizer.from_pretrained(run / "model" / "merged").chat_template
    base = AutoModelForCausalLM.from_pretrained(root / "base")
    assert PeftModel.from_pretrained(base, run / "model").num_parameters() > whole_weights.num_parameters()


def test_one_form_that_fails_fails_the_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The merged weights are wrong, the adapter is as before; the rules alone decide."""
    from peft.tuners.lora.layer import Linear

    right = Linear.get_delta_weight
    monkeypatch.setattr(Linear, "get_delta_weight", lambda self, adapter: -40 * right(self, adapter))
    value = verdict(root / "runs" / "run")["gates"][0]["value"]
    run = ran(both(root, gate(ID, "<=", value + 0.05), tolerance=100.0), root, "wrong")
    told = verdict(run)
    assert [gate["verdict"] for gate in told["gates"]] == ["pass", "fail"]
    assert told["verdict"] == "fail"


def test_a_merged_model_that_differs_from_its_adapter_fails(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from peft.tuners.lora.layer import Linear

    right = Linear.get_delta_weight
    monkeypatch.setattr(Linear, "get_delta_weight", lambda self, adapter: -9 * right(self, adapter))
    run = ran(both(root, gate(ID, "<=", 900), tolerance=0.0), root, "differs")
    told = verdict(run)
    assert [gate["verdict"] for gate in told["gates"]] == ["pass", "pass"]
    assert told["verdict"] == "fail"
    assert called("export", run, root / "out") == 4


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json", "ftspec.json"])
def test_an_edit_of_either_form_ships_nothing(run: Path, root: Path, name: str) -> None:
    path = run / "model" / "merged" / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert problems(run, root)
    assert called("merge", run, root / "out") == 4


def test_the_merged_weights_that_were_scored_are_those_that_ship(run: Path, root: Path) -> None:
    assert called("merge", run, root / "out") == 0
    scored = run / "model" / "merged" / "model.safetensors"
    assert (root / "out" / "model.safetensors").read_bytes() == scored.read_bytes()
    assert called("export", run, root / "all") == 0
    assert (root / "all" / "merged" / "model.safetensors").read_bytes() == scored.read_bytes()
    assert (root / "all" / "adapter_model.safetensors").is_file()


def test_running_again_writes_nothing_anew(run: Path, root: Path) -> None:
    plan = both(root, gate(ID, "<=", 9))
    before = {path: path.stat().st_mtime_ns for path in (run / "model").rglob("*.safetensors")}
    ran(plan, root)
    assert before == {path: path.stat().st_mtime_ns for path in (run / "model").rglob("*.safetensors")}


def test_a_folder_put_beside_the_artefact_is_found(root: Path) -> None:
    plan = both(root)
    alone = sealed(
        plan.model_copy(
            update={
                "steps": tuple(
                    step.model_copy(update={"needs": ("export",), "measurements": (loss_of("export"),)})
                    if isinstance(step, Evaluate)
                    else step
                    for step in plan.steps
                    if not (isinstance(step, Export) and step.inside)
                ),
                "gates": (gate(ID, "<=", 9),),
            }
        )
    )
    run = ran(alone, root, "alone")
    assert problems(run, root) == []
    shutil.copytree(root / "runs" / "run" / "model" / "merged", run / "model" / "merged")
    assert any("`also`" in problem for problem in problems(run, root))
