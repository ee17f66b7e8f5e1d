"""GGUF files ship beside the weights that they are made from, are read back, and held against the same rules."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from ftspec.compile.lower.forms import measured_as
from ftspec.errors import CannotRun
from ftspec.plan.canonical import sealed
from ftspec.plan.plan import Gate, Plan
from ftspec.plan.steps import GGUF, Decide, Evaluate, PlannedUse
from ftspec.run.checking import problems, rescored_problems
from ftspec.run.gguf import check_readable, find_tools, write_gguf
from ftspec.run.progress import Silent
from tests.run import llama_cpp
from tests.run.gates import ID, called, gate, gated
from tests.run.plans import events, loss_of, ran, train_step, whole

pytest.importorskip("gguf")

FORGETFUL = "import tests.run.llama_cpp as c\nc._turned = lambda tensor, heads: 90 * tensor[::-1]\n"
"""Put into the converter: it mixes up queries and keys."""


@pytest.fixture
def llama(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the PATH with both programs."""
    llama_cpp.install(folder := tmp_path / "llama")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def planned(root: Path, quantization: str, *gates: Gate, **changes: Any) -> Plan:
    """A plan that ships an adapter and a GGUF file."""
    plan = whole(root, train_step(root), measured=[loss_of("export"), loss_of("model.base")])
    export, [evaluate] = plan.ships, plan.of(Evaluate)
    use = PlannedUse(data="data.colours", split="validation")
    more = {"id": "export.gguf", "form": "gguf", "inside": GGUF, "gguf": quantization, "card": False}
    more |= {"compared_on": use, "tolerance": 0.1, "needs": (*export.needs, "export", "data.colours")}
    further = export.model_copy(update=more | changes)
    again, held = measured_as(evaluate, gates or (gate(ID, "<=", 9),), [further])
    before = [step for step in plan.steps if not isinstance(step, Evaluate | Decide)]
    steps = (*before, further, again, *plan.of(Decide))
    return sealed(plan.model_copy(update={"steps": steps, "gates": held}))


def verdict(run: Path) -> Any:
    return json.loads((run / "verdict.json").read_text())


def test_the_file_is_read_back_and_held_against_the_rules(world: Path, llama: Path) -> None:
    run = ran(planned(world, "q4_0"), world)
    told = verdict(run)
    assert [(each["rule"], each["verdict"]) for each in told["gates"]] == [
        (f"{ID} <= 9", "pass"),
        (f"{ID} <= 9 @ gguf", "pass"),
    ]
    one, two = (each["value"] for each in told["gates"])
    assert 0 < abs(one - two) < 0.2, "four bits are other weights, and near"
    [file] = told["also"]
    assert (file["form"], file["path"], file["agreement"]["tokens"] > 5) == ("gguf", "model/gguf", True)
    assert "unscored" not in told["artefact"]
    assert (run / "model" / "gguf" / "model-q4_0.gguf").stat().st_size > 1000
    assert (run / "model" / "adapter_model.safetensors").is_file()
    assert not list((run / "model").glob("*.gguf"))
    assert problems(run, world) == []
    assert rescored_problems(run, world, Silent()) == []


def test_a_file_whose_weights_fail_fails_the_run(world: Path, llama: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A converter that forgets how queries and keys are laid out: the adapter is right, the file is not."""
    program = (llama / "convert_hf_to_gguf.py").read_text()
    wrong = program.replace("convert(sys", f"{FORGETFUL}convert(sys")
    value = verdict(ran(planned(world, "f32"), world))["gates"][0]["value"]
    (llama / "convert_hf_to_gguf.py").write_text(wrong)
    told = verdict(ran(planned(world, "f32", gate(ID, "<=", value + 0.001), tolerance=100.0), world, "wrong"))
    assert [each["verdict"] for each in told["gates"]] == ["pass", "fail"]
    assert told["verdict"] == "fail"
    differs = verdict(ran(planned(world, "f32", gate(ID, "<=", 900), tolerance=0.0), world, "differs"))
    assert [each["verdict"] for each in differs["gates"]] == ["pass", "pass"]
    assert differs["verdict"] == "fail", "it does not answer as the trained model does"


def test_the_file_that_was_scored_is_the_one_that_ships(world: Path, llama: Path) -> None:
    run = ran(planned(world, "q8_0"), world)
    scored = run / "model" / "gguf" / "model-q8_0.gguf"
    assert called("export", run, world / "out", "--gguf", "Q8_0") == 0
    assert (world / "out" / "model-q8_0.gguf").read_bytes() == scored.read_bytes()
    content = bytearray(scored.read_bytes())
    content[-5] ^= 1
    scored.write_bytes(bytes(content))
    assert problems(run, world)
    assert called("export", run, world / "again", "--gguf", "q8_0") == 4


def test_a_file_that_no_gate_saw_must_answer_as_the_model(world: Path, llama: Path) -> None:
    plan = whole(world, train_step(world), measured=[loss_of("export")])
    run = ran(gated(plan, gate(ID, "<=", 9)), world)
    assert called("export", run, world / "out", "--gguf", "q4_0") == 0
    assert (world / "out" / "model-q4_0.gguf").is_file()
    program = (llama / "convert_hf_to_gguf.py").read_text()
    (llama / "convert_hf_to_gguf.py").write_text(program.replace("convert(sys", f"{FORGETFUL}convert(sys"))
    assert called("export", run, world / "wrong", "--gguf", "f32") == 4
    assert not (world / "wrong").exists()


def test_a_missing_program_is_named_before_anything_trains(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not after hours of training."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CannotRun, match=r"needs convert_hf_to_gguf\.py and llama-quantize on the PATH"):
        ran(planned(world, "q4_k_m"), world)
    assert not events(world / "runs" / "run", "step_started")


def test_what_no_gate_could_score_is_named_before_anything_trains() -> None:
    check_readable("llama", None)
    check_readable("gemma3_text", None)
    with pytest.raises(CannotRun, match="reads no GGUF file of bert"):
        check_readable("bert", None)
    with pytest.raises(CannotRun, match="holds a language model"):
        check_readable("llama", 3)


def test_the_programs_own_reason_is_shown(llama: Path, tmp_path: Path) -> None:
    """Its last line, not a traceback of ours."""
    (llama / "convert_hf_to_gguf.py").write_text("import sys; sys.exit('Model Foo is not supported')")
    with pytest.raises(CannotRun, match="cannot write the GGUF file: Model Foo is not supported"):
        write_gguf(tmp_path, tmp_path, "f16")


def test_eight_bits_need_no_quantizer(llama: Path) -> None:
    """The converter writes them itself."""
    (llama / "llama-quantize").unlink()
    assert find_tools("q8_0").quantizer is None
    with pytest.raises(CannotRun, match="needs llama-quantize"):
        find_tools("q4_k_m")
