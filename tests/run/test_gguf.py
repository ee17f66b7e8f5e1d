"""GGUF files come from llama.cpp's own programs; here, from stand-ins that say how they were called."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from ftspec.errors import CannotRun
from ftspec.run.gguf import find_tools, write_gguf
from tests.run.plans import events, ran, train_step, whole

CONVERTER = """
import json, sys
from pathlib import Path
names = sorted(path.name for path in Path(sys.argv[1]).iterdir())
Path(sys.argv[sys.argv.index("--outfile") + 1]).write_text(json.dumps(names))
"""
QUANTIZER = f"""#!{sys.executable}
import sys
from pathlib import Path
Path(sys.argv[2]).write_text(sys.argv[3] + Path(sys.argv[1]).read_text())
"""


@pytest.fixture
def llama(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the PATH with both programs."""
    folder = tmp_path / "llama"
    folder.mkdir()
    (folder / "convert_hf_to_gguf.py").write_text(CONVERTER)
    (folder / "llama-quantize").write_text(QUANTIZER)
    for path in folder.iterdir():
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def test_an_adapter_is_merged_for_it(world: Path, llama: Path) -> None:
    """The converter gets whole weights and the tokenizer; the adapter still ships beside the file."""
    plan = whole(world, train_step(world))
    steps = tuple(s.model_copy(update={"gguf": "q4_k_m"}) if s.kind == "export" else s for s in plan.steps)
    run = ran(plan.model_copy(update={"steps": steps}), world)
    text = (run / "model" / "model-q4_k_m.gguf").read_text()
    assert text.startswith("Q4_K_M")
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= set(json.loads(text.removeprefix("Q4_K_M")))
    assert (run / "model" / "adapter_model.safetensors").is_file()


def test_a_missing_program_is_named_before_anything_trains(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not after hours of training."""
    monkeypatch.setenv("PATH", "")
    plan = whole(world, train_step(world))
    steps = tuple(s.model_copy(update={"gguf": "q4_k_m"}) if s.kind == "export" else s for s in plan.steps)
    with pytest.raises(CannotRun, match=r"needs convert_hf_to_gguf\.py and llama-quantize on the PATH"):
        ran(plan.model_copy(update={"steps": steps}), world)
    assert not events(world / "runs" / "run", "step_started")


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
