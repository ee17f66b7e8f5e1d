"""The emitted script does the same training with the libraries alone."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ftspec.errors import CannotRun
from ftspec.kinds.methods.head import Head
from ftspec.kinds.methods.lora import Lora
from ftspec.plan.load import read_plan
from ftspec.plan.plan import Plan
from ftspec.plan.steps import PrepareData
from ftspec.run.emit import emit
from tests.kinds.objectives_world import objective_step, with_data, write_objectives
from tests.kinds.test_objectives import CASES
from tests.run.plans import call, losses, ran, train_step, whole


def script_losses(folder: Path, name: str = "colourist") -> list[float]:
    """Run `train.py` where ftspec cannot be imported, and read the losses it logged."""
    blocked = folder / "blocked"
    blocked.mkdir()
    (blocked / "ftspec.py").write_text("raise ImportError('the script must not need ftspec')")
    environment = {**os.environ, "PYTHONPATH": str(blocked), "HF_HUB_OFFLINE": "1"}
    process = subprocess.run(
        [sys.executable, "train.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-2000:]
    history = json.loads((folder / name / "trainer_state.json").read_text())["log_history"]
    return [line["loss"] for line in history if "loss" in line]


def _emitted(world: Path, plan: Plan) -> Path:
    folder = world / "out"
    written = emit(plan, world, folder)
    assert {path.name for path in written} == {"plan.json", "train.py"} | {
        f"{step.id.removeprefix('train.')}.jsonl" for step in plan.steps if step.kind == "train"
    }
    return folder


@pytest.mark.parametrize(
    ("method", "packing"), [(Lora(rank=4, dropout=0.1), True), (Head(), False)], ids=["lora packed", "head padded"]
)
def test_the_losses_agree(world: Path, method: Lora | Head, packing: bool) -> None:
    """Same rows, same order, same dropout: every loss agrees to 1e-4."""
    form = "adapter" if method.has_adapter else "full"
    plan = whole(world, train_step(world, method, packing=packing), form=form)
    ours = losses(ran(plan, world))
    assert script_losses(_emitted(world, plan)) == pytest.approx(ours, abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_every_objective_has_a_script_with_its_losses(tmp_path: Path, name: str) -> None:
    """Of the library alone: same rows, same reference, same head."""
    root = tmp_path / "spec"
    write_objectives(root, rows=24)
    case = CASES[name]
    step = objective_step(root, case.objective, case.data, optimizer_steps=4, epochs=2.0, validation=None)
    plan = with_data(whole(root, step), root, case.data)
    ours = losses(ran(plan, root))
    assert script_losses(_emitted(root, plan)) == pytest.approx(ours, abs=1e-4)


def _weights(folder: Path) -> dict[str, list[float]]:
    from safetensors.torch import load_file

    return {name: tensor.float().flatten().tolist() for name, tensor in load_file(folder / "model.safetensors").items()}


def test_stages_follow_each_other(world: Path) -> None:
    """The second stage of the script starts from the first one's result."""
    needs = ("model.base", "data.colours", "train.colourist")
    second = train_step(world, name="second", **{"from": "train.colourist", "needs": needs})
    plan = whole(world, train_step(world), second, form="merged")
    ours = losses(ran(plan, world))
    folder = _emitted(world, plan)
    assert script_losses(folder, "second") == pytest.approx(ours[6:], abs=1e-4)
    assert _weights(folder / "model").keys() == _weights(world / "runs" / "run" / "model").keys()
    for name, tensor in _weights(world / "runs" / "run" / "model").items():
        assert _weights(folder / "model")[name] == pytest.approx(tensor, abs=1e-4)


def test_the_folder_is_readable_and_portable(world: Path) -> None:
    """The plan can be read back, the script names no path of this machine, and rows show what the model reads."""
    plan = whole(world, train_step(world), quantization=call("nf4"))
    folder = _emitted(world, plan)
    assert read_plan(folder / "plan.json") == plan
    script = (folder / "train.py").read_text()
    ast.parse(script)
    assert str(world) not in script and "ftspec" not in script
    assert 'base = HERE / "../base"' in script
    assert 'bnb_4bit_quant_type="nf4"' in script
    row = json.loads((folder / "colourist.jsonl").read_text().splitlines()[0])
    assert row["text"].startswith("<bos><start>user\n")
    trained = [id for id, label in zip(row["input_ids"], row["labels"], strict=True) if label != -100]
    assert trained == [label for label in row["labels"] if label != -100]
    assert trained[-1] == 3  # the end token
    assert emit(plan, world, folder)[0].read_bytes() == (folder / "plan.json").read_bytes()


MIXED = """ftspec 1

model base {
  source = path("base")
}

data colours {
  source = jsonl("data/colours.jsonl")
}

data both {
  mixture {
    colours.train      = 80%
    colours.validation = 20%
  }
}

train t {
  data   = both
  length = 2 steps
}
"""


def test_a_mixture_has_a_script(world: Path) -> None:
    from ftspec.pipeline import Options
    from ftspec.pipeline import compile as compile_spec

    (world / "mixed.ft").write_text(MIXED, "utf-8")
    plan = compile_spec(world / "mixed.ft", Options(device="cpu")).plan
    emit(plan, world, world / "out")
    [rows] = [step.splits["all"] for step in plan.of(PrepareData) if step.id == "data.both"]
    assert len((world / "out" / "t.jsonl").read_text("utf-8").splitlines()) == rows > 0


def test_virtual_tokens_have_no_labels_in_trl(tmp_path: Path) -> None:
    """Where ftspec takes them out of the answer, the script would stop with an error: it is refused."""
    root = tmp_path / "spec"
    write_objectives(root, rows=24)
    step = objective_step(root, call("orpo"), "pairs", call("prompt_tuning", tokens=4), validation=None)
    with pytest.raises(CannotRun, match="virtual tokens of prompt_tuning"):
        emit(with_data(whole(root, step), root, "pairs"), root, root / "out")


def test_what_no_library_does_is_refused_by_name(world: Path) -> None:
    """Rather than a script that trains something else."""
    step = train_step(world).model_copy(update={"objective": call("grpo", rewards=["judge"])})
    with pytest.raises(CannotRun, match="learns by grpo"):
        emit(whole(world, step), world, world / "out")
    assert not list((world / "out").iterdir())
