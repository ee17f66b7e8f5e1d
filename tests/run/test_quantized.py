"""Adapters over quantized weights: those that train there do, the others are refused with a way out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftspec.errors import Rejected
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.steps import Train
from ftspec.run.executor import execute
from ftspec.run.progress import Silent

SPEC = """ftspec 1

model base {{
  source = path("base")
  {stored}
}}

data colours {{
  source = jsonl("data/colours.jsonl")
}}

train colourist {{
  data   = colours.train
  method = {method}
  length = 1 steps
}}

gates {{
  report loss(colours.validation)
}}
"""


def spec(world: Path, method: str, stored: str = "") -> Path:
    path = world / "stored.ft"
    path.write_text(SPEC.format(method=method, stored=stored and f"quantization = {stored}"), "utf-8")
    return path


@pytest.mark.parametrize(
    ("method", "stored"),
    [("ia3()", "nf4()"), ("vera(rank = 8)", "nf4()"), ("ia3()", "int8()"), ("lora(rank = 4, variant = dora)", "nf4()")],
)
def test_it_trains_and_is_scored(world: Path, method: str, stored: str) -> None:
    """The model is 32 and 48 wide: its rows are no whole blocks of four bits."""
    plan = compile_spec(spec(world, method, stored), Options(device="cpu")).plan
    result = execute(plan, world, world / "runs" / "stored" / "0", Silent())
    assert result.verdict is not None and result.verdict.gates[0].value is not None


@pytest.mark.parametrize(
    ("method", "stored", "message"),
    [
        ("full()", "nf4()", "trains weights that are quantized"),
        ("lora(init = pissa)", "nf4()", "a start from pissa rewrites"),
        ("lora(init = olora)", "int8()", "a start from olora rewrites"),
        ("lora(variant = dora)", "int8()", "takes the norm"),
        ("adapter()", "nf4()", "adapters of PEFT alone"),
    ],
)
def test_what_cannot_be_is_refused(world: Path, method: str, stored: str, message: str) -> None:
    with pytest.raises(Rejected, match=message):
        compile_spec(spec(world, method, stored), Options(device="cpu"))


def test_virtual_tokens_take_their_part_of_the_context(world: Path) -> None:
    """Of 128 tokens 100 are taken: the longest row is cut at the 28 that are left."""
    said = " ".join(["apple"] * 30)
    rows = [{"prompt": f"{number} red", "completion": said} for number in range(60)]
    (world / "data" / "colours.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    plan = compile_spec(spec(world, "prompt_tuning(tokens = 100)"), Options(device="cpu")).plan
    assert [step.max_length for step in plan.of(Train)] == [28]


def test_a_prefix_is_not_computed_again(world: Path) -> None:
    path = spec(world, "prefix_tuning()")
    path.write_text(path.read_text().replace("length = 1 steps", "length = 1 steps\n  gradient_checkpointing = true"))
    with pytest.raises(Rejected, match="reads twice"):
        compile_spec(path, Options(device="cpu"))
