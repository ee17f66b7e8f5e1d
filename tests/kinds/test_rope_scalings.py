"""Rotary positions that are stretched: longer rows train, and what ships says so in its config."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ftspec.errors import Rejected
from ftspec.model.describe import ROTARY, positions_of
from ftspec.pipeline import Options
from ftspec.pipeline import compile as compile_spec
from ftspec.plan.steps import FetchModel, Train
from ftspec.run.executor import execute
from ftspec.run.progress import Silent
from tests.run.plans import write_world

SPEC = """ftspec 1

model base {{
  source = path("base")
  {scaling}
}}

data long {{
  source = jsonl("data/long.jsonl")
}}

train reader {{
  data   = long.train
  method = {method}
  length = 1 steps
}}

gates {{
  report loss(long.validation)
}}

output {{
  merge = true
}}
"""


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A model of 128 tokens, and rows of about 220."""
    write_world(tmp_path)
    said = " ".join(["apple", "river", "stone"] * 60)
    rows = [{"prompt": f"{said} {number}", "completion": "red"} for number in range(60)]
    (tmp_path / "data" / "long.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


def spec(world: Path, scaling: str, method: str = "longlora(rank = 4, group = 32)") -> Path:
    path = world / "long.ft"
    path.write_text(SPEC.format(scaling=scaling and f"rope_scaling = {scaling}", method=method), "utf-8")
    return path


@pytest.mark.parametrize("name", ["linear", "yarn", "dynamic"])
def test_rows_longer_than_the_model_train(world: Path, name: str) -> None:
    with pytest.raises(Rejected, match="lies beyond 128 tokens"):
        compile_spec(spec(world, ""), Options(device="cpu"))
    plan = compile_spec(spec(world, f"{name}(factor = 4)"), Options(device="cpu")).plan
    [stage] = plan.of(Train)
    assert 128 < stage.max_length <= 512
    result = execute(plan, world, world / "runs" / "long" / "0", Silent())
    assert result.verdict is not None and result.verdict.gates[0].value is not None
    config = json.loads((world / "runs" / "long" / "0" / "model" / "config.json").read_text())
    assert config["max_position_embeddings"] == 512
    assert (config["rope_parameters"]["rope_type"], config["rope_parameters"]["factor"]) == (name, 4.0)


def test_a_stage_on_whole_weights_is_not_stretched_twice(world: Path) -> None:
    text = spec(world, "linear(factor = 4)", "full()").read_text()
    second = text.replace(
        "gates {", "train again {\n  from   = reader\n  data   = long.train\n  length = 1 steps\n}\n\ngates {"
    )
    (world / "long.ft").write_text(second.replace("\noutput {\n  merge = true\n}\n", ""), "utf-8")
    plan = compile_spec(world / "long.ft", Options(device="cpu")).plan
    execute(plan, world, world / "runs" / "long" / "0", Silent())
    config = json.loads((world / "runs" / "long" / "0" / "model" / "config.json").read_text())
    assert config["max_position_embeddings"] == 512


def test_a_model_that_is_stretched_already_is_refused(world: Path) -> None:
    config = json.loads((world / "base" / "config.json").read_text())
    config["rope_parameters"] = {"rope_type": "linear", "factor": 2.0, "rope_theta": 10000.0}
    (world / "base" / "config.json").write_text(json.dumps(config))
    with pytest.raises(Rejected, match="stretched already"):
        compile_spec(spec(world, "yarn(factor = 4)"), Options(device="cpu"))


def test_it_is_a_part_of_the_plan_only_where_it_is_said(world: Path) -> None:
    rows = [json.dumps({"prompt": f"apple {number}", "completion": "red"}) + "\n" for number in range(60)]
    (world / "data" / "long.jsonl").write_text("".join(rows))
    plain = compile_spec(spec(world, ""), Options(device="cpu")).plan
    longer = compile_spec(spec(world, "linear(factor = 2)"), Options(device="cpu")).plan
    assert plain.digest != longer.digest
    assert "rope_scaling" not in next(plain.of(FetchModel)).model_dump()


def test_families_are_those_with_one_set_of_parameters() -> None:
    from transformers import AutoConfig

    for kind in sorted(ROTARY):
        assert "rope_theta" in AutoConfig.for_model(kind).rope_parameters, kind
        assert positions_of({}, kind) == "default"
    assert positions_of({"rope_scaling": {"rope_type": "llama3"}}, "llama") == "llama3"
    assert positions_of({}, "gpt2") is None
